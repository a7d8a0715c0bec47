/** Where in the policy something is wrong, and what is wrong and what to write instead. */
export interface PolicyFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
