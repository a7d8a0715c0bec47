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
  {
    words: "an ending was left alone for an hour, since a worker whose clock was ahead had begun it and died",
    tape: "1:5,3:3,d:1,l:1,1o:1,1p:3,1x:4,1y:i,21:1p,22:e,26:3,2a:3,2c:1,2k:1,2m:2,2o:3,2p:1,3r:2,3u:1,44:1,5x:8,5y:1,63:1,6i:2,6j:2,6o:2,6r:2,6s:2,6x:1,6z:2,7f:4,7m:2,8g:2,bm:2",
  },
  {
    words: "a pass was called active after its end, since all machines had slept between the proof and the commit",
    tape: "1:5,6:1,1h:1,1i:3,1l:2,1m:1,1p:1,1v:1,1w:4,1z:2,2j:1,3g:1,3i:1,4z:1,50:1,5v:1,5w:1,9p:1,ap:1,d7:1,d8:2",
  },
  {
    words: "Slack said *ended* while a slow maker tried what it had made after the proof, with its own trial",
    tape: "1:1,6:1,8:2,9:1,k:1,m:1,o:2,1q:2,40:2,41:1,42:2,51:1,53:2,77:1,7l:1,7n:1,8u:2,9i:2,9j:3,a3:1,am:2,bt:1,bu:2,bv:1,c8:2,c9:2,cf:1,ch:3,d1:1,d2:3,dd:1,df:3,dr:1,e1:1,e5:3",
  },
];
