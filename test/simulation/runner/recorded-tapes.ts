/** Runs that once broke an invariant. Where the simulation's own choices change, a tape tells another story: keep it. */
export const RECORDED: readonly { readonly words: string; readonly tape: string }[] = [
  {
    words: "two wrote the ledger after somebody had flushed Redis",
    tape: "1:6,7:2,8:1,y:3,1j:4,34:1,37:1,3q:1,3z:4,43:j,47:g,48:4,4b:a,4f:c",
  },
  {
    words: "a claim on the ledger's next line was left by a process whose clock was an hour ahead",
    tape: "1:5,3:2,1n:1,1r:3,1s:c,1v:b,1z:k,23:n,3r:1,3s:1,4x:1,5a:2,5b:1,5f:2,5q:1,5r:4,7i:2",
  },
  {
    words: "a commit counted as known to a replica that lagged, since the line broke while it was asked",
    tape: "1:2,3:2,4:1,9:2,12:1,13:1,1u:2,5b:4,5f:6,5j:6,5k:b,5n:2,5r:b,5v:1,6f:1,6h:1,6r:1,8g:2",
  },
];
