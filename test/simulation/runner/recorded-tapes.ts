/** Runs that once broke an invariant. Where the simulation's own choices change, a tape tells another story: keep it. */
export const RECORDED: readonly { readonly words: string; readonly tape: string }[] = [
  {
    words: "two wrote the ledger after somebody had flushed Redis",
    tape: "1:6,7:2,8:1,y:3,1j:4,34:1,37:1,3q:1,3z:4,43:j,47:g,48:4,4b:a,4f:c",
  },
];
