/** A run that once broke an invariant. */
export interface RecordedRun {
  readonly words: string;
  /** What its trace must say, in this order: the trouble by which it broke. */
  readonly shows: readonly string[];
  readonly tape: string;
}

/**
 * Where the simulation's own choices change, a tape tells another story, and its trace no longer shows what it must. Then
 * undo the mend in a copy, search until a run breaks there, and put its tape in the place of the old one. New choices that
 * are the last of their kind, or are made only where no tape comes by, change no tape.
 */
export const RECORDED: readonly RecordedRun[] = [
  {
    words: "two wrote the ledger after somebody had flushed Redis",
    shows: ["somebody flushes Redis", "somebody else is writing line 4 of the ledger"],
    tape: "1:3,8:2,v:1,3h:1,3j:3,3s:a,3v:a",
  },
  {
    words: "a claim on the ledger's next line was left by a process whose clock was an hour ahead",
    shows: [
      "worker 1  its machine's clock is wrong by 3600000 ms",
      "worker 1  is dead",
      "somebody else is writing line 4 of the ledger",
    ],
    tape: "1:5,3:2,4:1,9:1,a:1,3z:5,42:1,46:1,47:i,4a:a,61:2,62:5,65:1,66:4,6u:2,6v:3,7k:1,8i:1,96:2,97:1,a9:2,ac:4,b0:4,e3:2,e4:4",
  },
  {
    words: "a commit counted as known to a replica that lagged, since the line broke while it was asked",
    shows: ["Redis fails over to a replica that lags", "redis: wait  ** NOT done: the line broke"],
    tape: "1:2,3:2,4:1,9:2,v:1,w:1,1n:2,54:4,58:6,5c:6,5d:b,5v:2,6q:b,6u:1,7e:1,7g:1,7q:1,9f:2",
  },
  {
    words: "an ending was left alone for an hour, since a worker whose clock was ahead had begun it and died",
    shows: ["worker 1  its machine's clock is wrong by 3600000 ms", 'row "ending" of fhoshvzfupa', "worker 1  is dead"],
    tape: "1:5,3:3,d:1,l:1,1o:1,1p:3,1x:4,1y:i,21:1p,22:e,26:3,2a:3,2c:1,2k:1,2m:2,2o:3,2p:1,3r:2,3u:1,44:1,5x:8,5y:1,63:1,6i:2,6j:2,6o:2,6r:2,6s:2,6x:1,6z:2,7f:4,7l:2,8f:2,bl:2",
  },
  {
    words: "a pass was called active after its end, since all machines had slept between the proof and the commit",
    shows: ["all machines sleep for an hour", 'row "ending" of edxmwxaxbua'],
    tape: "1:5,6:1,1h:1,1i:3,1l:2,1m:1,1p:1,1v:1,1w:4,1z:2,2j:1,3g:1,3i:1,4z:1,50:1,5v:1,5w:1,9p:1,ap:1,d7:1,d8:2",
  },
  {
    words: "a slow maker tried what it had made after the proof of the end, with its own trial",
    shows: ['row "ended" of prpnpwnvl6a', "POST serviceaccounts/token daypass-grants/g-prpnpwnvl6a"],
    tape: "1:7,8:2,1z:6,20:2,2w:5,30:2,31:1,3i:1,52:1,54:1,60:1,6j:1,6k:1,6t:1",
  },
  {
    words: "a timer fired 4 s before the end, since it was made while Redis' clock was 4 s ahead",
    shows: ["Redis' own clock is wrong", "ttl-after-finished: delete jobs daypass-grants/g-757imeaqeua-1780315228"],
    tape: "1:7,4:1,1j:3,2e:1,2f:3,32:4,4a:3,4g:1",
  },
  {
    words:
      "a binding that was changed by hand while Redis was away lent on, since what was heard of it was not heard again",
    shows: [
      "Redis hangs",
      "somebody adds somebody to the RoleBinding (grant fhoshvzfupa",
      "log: not heeded",
      "damaged in mid-life",
    ],
    tape: "3:3,8:1,c:2,d:2,f:5,l:2,m:6,n:2,p:2,t:1p,w:1,16:5",
  },
  {
    words: "an end was proven while somebody else's binding of the grant's identity stood in the place of its own",
    shows: [
      "somebody lets the role do more",
      "somebody binds daypass-profile-restart under the name",
      "log: cluster refused",
    ],
    tape: "3:2,b:1,c:2,j:2,n:9,r:8,s:1,10:7,11:1,19:1,1e:1",
  },
  {
    words: "a row was left out of the ledger, whose number Redis had given to another one before it was emptied",
    shows: [
      'row "ended" of fhoshvzfupa',
      "somebody flushes Redis",
      'row "asked" of prpnpwnvl6',
      'row "approved" of prpnpwnvl6',
    ],
    tape: "1:7,8:2,k:1,2i:6,2j:1,2p:5,3b:2,3d:3,3k:2,3l:4,3o:7,3p:a,3s:f,3y:1,6h:7,6i:2",
  },
  {
    words: "a binding that was changed by hand between the proof and the word active lent on until the next list",
    shows: [
      "Redis' own clock is wrong",
      "somebody adds somebody to the RoleBinding (grant fhoshvzfupa",
      'row "active" of fhoshvzfupa',
      "damaged in mid-life",
    ],
    tape: "1:5,4:1,9:1,3a:1,3k:5,3r:2,3s:3,3w:l,3z:m,5p:2,5q:1,5t:5,5u:1,77:1,78:2,8h:2,8i:3,8p:1,ay:2,be:3",
  },
  {
    words: "a credential that nobody read lived on, since the wake for its check was lost",
    shows: [
      "the job check check-delivery-29-51-2 of deliver",
      "DELETE secrets daypass-grants/g-fhoshvzfupa-1780315293-d2",
      'row "deliveryLost" of fhoshvzfupa',
    ],
    tape: "3:3,7:2,j:4,n:3,r:2,v:v,z:v,10:1,16:2,1f:1",
  },
  {
    words: "a writer of the ledger that slept for an hour was taken for dead by those that slept beside it",
    shows: [
      "ledger-000000000002.claim",
      "all machines sleep for an hour",
      "somebody else is writing line 2 of the ledger",
      "unlink /simulated-disk/ledger/ledger-000000000002.claim",
    ],
    tape: "1:3,8:2,3l:4,3p:3,3t:3,3u:4,3x:2,3y:3,5l:1,5m:3,5s:1,8c:1",
  },
  {
    words:
      "a role that was changed was listed late, since its cluster had lost the thread of its changes twice just before",
    shows: [
      "a cluster forgets its history, and lists come page by page",
      "by hand   somebody lets the role do more (grant fhoshvzfupa, prod/payments)",
      "prod: LIST clusterroles",
      "log: damaged in mid-life",
    ],
    tape: "h:4,l:f,p:e,q:p,t:1,u:p,14:7",
  },
  {
    words: "a pass that had ended, as Redis no longer knew, counted as ended once more for no reason",
    shows: [
      "Redis fails over to a replica that lags",
      'row "ended" of fhoshvzfupa by mia',
      'row "ending" of fhoshvzfupa',
    ],
    tape: "1:4,3:3,8:2,9:1,40:3,41:b,44:6,48:c,4c:f,65:1,6o:1,7v:1,7w:2,8m:1,8n:3,9z:3,al:1",
  },
  {
    words: "a pass whose end came right after Redis had lost its record ended, and the ledger never said so",
    shows: ["somebody flushes Redis", 'row "endedWithoutRecord" of prpnpwnvl6a'],
    tape: "1:1,1l:2,1n:2,1v:1,1w:a,1z:l",
  },
  {
    words:
      "a pass outlived its end, since one of its objects changed after Redis had lost its record, and before it was there again",
    shows: [
      "somebody flushes Redis",
      "by hand   somebody removes the ServiceAccount (grant fhoshvzfupa",
      "leftover ended",
    ],
    tape: "1:1,1l:1,1m:2,1n:5,1q:1,1r:1,1w:2,1x:a,20:1l,21:l,24:g,3x:1,40:1,41:5,kf:1",
  },
  {
    words: "a pass whose record Redis lost while it was being ended ended, and the ledger never said so",
    shows: ['row "ending" of fhoshvzfupa', "somebody flushes Redis", 'row "endedWithoutRecord" of fhoshvzfupa'],
    tape: "1:1,1l:2,1v:2,1w:a,1z:j,20:c,23:e,32:1",
  },
  {
    words: "a token counted as one that lives too long, where the only worker that lived did not reach its cluster",
    shows: ["one worker alone does not reach a cluster", "worker 1  is dead", 'row "ending" of edxmwxaxbua'],
    tape: "1:4,3:2,8:2,1z:3,21:2,3d:2,3e:3,3f:2,3g:5,3m:2,3n:q,3o:3,3p:2,3q:i,3r:o,3u:6,4k:2,4y:1,7y:4,c3:4,gu:3,pi:1,pj:3",
  },
  {
    words: "a kubeconfig counted as never read, whose bot died between showing it and saying so to anybody",
    shows: ["redis: set received:delivery-13-310:2  ** done, and the process DIES right after it"],
    tape: "1:5,3:3,6:1,7:2,8:1,2u:1,4u:3,4v:1,4x:1,9k:2,9o:3",
  },
  {
    words:
      "a pass that was being ended while its cluster was silent and Redis lost it ended, and the ledger never said so",
    shows: ["somebody flushes Redis", "log: leftover ended", 'row "endedWithoutRecord" of fhoshvzfupa'],
    tape: "a:1,b:3,i:4,m:3,n:a,q:m,r:q,s:2,u:4,v:l,14:1",
  },
  {
    words: "a role's change counted as seen too late, where its cluster forgot its history while it was listed",
    shows: [
      "by hand   somebody lets the role do more (grant fhoshvzfupa",
      "a cluster forgets its history, and lists come page by page",
      "prod could not list RoleBindings (410)",
      "log: damaged in mid-life",
    ],
    tape: "3:3,6:1,f:1,i:3,m:6,n:p,q:2,u:6,11:7,12:1",
  },
  {
    words: "a pass counted as ended too late, whose wake went to the one worker that did not reach its cluster",
    shows: ["one worker alone does not reach a cluster", "mia       hands the pass back", "sweep of a cluster failed"],
    tape: "3:2,8:1,j:3,k:q,l:3,n:1d,o:3,s:r,t:2,u:1,v:m,w:8,17:1,18:4",
  },
  {
    words: "a record counted as not put back, where no worker reached both Redis and its cluster",
    shows: [
      "worker 1  does not reach redis",
      "worker 2  does not reach prod",
      "somebody flushes Redis",
      "sweep of a cluster failed",
    ],
    tape: "1:1,7:2,8:1,2q:3,2r:q,2s:1,2t:1,2u:e,2v:a,2y:f,2z:r,30:3",
  },
  {
    words: "a pass counted as out of time, whose only worker was cut off from its cluster twice at once",
    shows: [
      "worker 1  does not reach prod from now on",
      "worker 1  does not reach prod from now on",
      "prod: DELETE rolebindings payments/g-fhoshvzfupa",
    ],
    tape: "1:1,1m:5,1t:2,1u:q,1x:9,1y:q,1z:3,21:c,2l:1,33:1,3y:1",
  },
  {
    words: "a pass counted as ended twice, since the ledger could not be read after Redis had lost its record",
    shows: [
      'row "ended" of edxmwxaxbua',
      "somebody flushes Redis",
      "disk: read /simulated-disk/ledger/ledger-000000000001.jsonl  ** NOT done",
    ],
    tape: "1:2,3:3,4:1,z:2,25:2,26:1,27:2,2f:4,2j:1l,2n:1f,2o:a,2r:j,2s:q,2z:1,3f:2,3t:5,3y:1,5f:1,69:2,6y:2,7j:1,7n:4,7o:3,7p:1,7q:1,9d:2,c0:3,cm:2,d9:2,ef:2,f7:2,kf:2,kr:1",
  },
  {
    words: "a row was taken from Redis unwritten, that had the number of one which was flushed in the same millisecond",
    shows: [
      "somebody flushes Redis",
      'row "endedWithoutRecord" of fhoshvzfupa',
      "worker 2  → redis: settleRows ledger",
    ],
    tape: "1:1,8:1,9:1,2u:5,31:2,32:4,35:j,36:a,39:x,50:1,dx:1",
  },
  {
    words: "what somebody had made counted as lent, as its namespace was being deleted and its role had changed",
    shows: [
      "by hand   somebody binds daypass-profile-restart under the name that grant edxmwxaxbua will have",
      "by hand   somebody lets the role do more (grant edxmwxaxbua, prod/ledger)",
      "by hand   somebody deletes the namespace",
    ],
    tape: "a:2,c:2,g:1,o:1,x:6,y:5,16:1,19:7",
  },
  {
    words:
      "a row counted as written twice, where Redis lost it and gave its number to another one in the same millisecond",
    shows: [
      "all machines sleep for an hour",
      'row "ended" of fhoshvzfupa',
      "Redis dies and loses its last second",
      "worker 1  → disk: append 342 bytes",
    ],
    tape: "1:5,8:2,v:2,1x:3,20:2,25:2,2t:3,2u:4,2x:2,32:8,35:4,58:1,59:3",
  },
  {
    words: "a pass that was revoked was lent anew, as a failover lost that and one read of the ledger failed",
    shows: [
      "Redis fails over to a replica that lags",
      "olga      revokes the pass",
      "disk: read /simulated-disk/ledger/ledger-000000000001.jsonl  ** NOT done",
      'row "ending" of fhoshvzfupa by olga',
    ],
    tape: "1:2,1t:1,1u:b,1x:6,35:2,3f:1,3g:1,3r:3,78:1",
  },
  {
    words: "a release was answered and undone by a failover, since the bot had not heard yet that a replica follows",
    shows: ["bot 1     starts", "Redis fails over to a replica that lags", "no replica of Redis confirmed it"],
    tape: "1:5,8:2,z:2,1x:2,35:3,36:6,37:3,39:3,3a:b,3d:h,3e:6,3f:1,3h:j,4s:1,8n:2",
  },
  {
    words: "a timer seemed to be changed by hand, since its cluster's clock was ahead of Redis', which had gone back",
    shows: [
      "Redis' own clock is wrong",
      'log: clock skew {"against":"prod","skewMs":7500}',
      'row "active" of fhoshvzfupa',
    ],
    tape: "1:7,3:3,5:1,1n:2,1u:1,1v:3,1w:3,1x:1,2w:6,2x:2",
  },
];
