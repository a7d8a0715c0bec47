/** All that is needed to use a running control plane, as plain data: another process can be handed it. */
export interface KubernetesCoordinates {
  /** The run's id; what is started to talk to this control plane carries it as its mark. */
  runId: string;
  /** The API server's address, `https://127.0.0.1:<port>`. */
  server: string;
  /** Holds the certificate of the authority that signed the API server's. */
  caFile: string;
  /** The path of a kubeconfig of system:masters. */
  adminKubeconfig: string;
  adminToken: string;
  /** The path of the file that the API server writes audit events to, one JSON object a line. */
  auditLog: string;
  /** The path of the kubectl program. */
  kubectlProgram: string;
  /** A folder for kubeconfigs and kubectl's cache. */
  folder: string;
}
