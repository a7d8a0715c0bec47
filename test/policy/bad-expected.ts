/** What lint says of each file in bad/: reviewed by hand, a line per fault. */
export const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "a-list.yaml": ["a-list.yaml:1:1: write settings, each with its name"],
  "a-word.yaml": ["a-word.yaml:1:1: write settings, each with its name"],
  "alias-bomb.yaml": [
    "alias-bomb.yaml:2:4: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:3:4: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:3:8: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:3:12: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:3:16: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:3:20: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:3:24: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:3:28: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:3:32: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:3:36: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:3:40: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:4:4: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:4:8: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:4:12: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:4:16: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:4:20: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:4:24: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:4:28: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:4:32: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:4:36: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:4:40: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:5:4: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:5:8: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:5:12: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:5:16: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:5:20: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:5:24: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:5:28: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:5:32: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:5:36: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:5:40: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:6:5: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:6:9: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:6:13: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:6:17: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:6:21: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:6:25: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:6:29: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:6:33: aliases (&name, *name) are not allowed: write the value out",
    "alias-bomb.yaml:6:37: aliases (&name, *name) are not allowed: write the value out",
  ],
  "anchor.yaml": ["anchor.yaml:10:72: aliases (&name, *name) are not allowed: write the value out"],
  "bidi-in-comment.yaml": [
    "bidi-in-comment.yaml:19:3: a character that turns the reading direction stands here (U+202E): remove it",
    "bidi-in-comment.yaml:19:22: a character that turns the reading direction stands here (U+2066): remove it",
  ],
  "bidi-in-words.yaml": [
    "bidi-in-words.yaml:2:50: slack.linkedBy: no line breaks, invisible or direction-changing characters",
    "bidi-in-words.yaml:2:55: a character that turns the reading direction stands here (U+202E): remove it",
  ],
  "blank-braille.yaml": [
    "blank-braille.yaml:8:15: people.jo.name: no blank characters but spaces",
    "blank-braille.yaml:8:15: people.jo.name: write at least one letter or digit",
  ],
  "blank-filler.yaml": ["blank-filler.yaml:8:15: people.jo.name: no blank characters but spaces"],
  "blank-name.yaml": ["blank-name.yaml:8:15: people.jo.name: write at least one letter or digit"],
  "byte-order-mark-inside.yaml": [
    "byte-order-mark-inside.yaml:1:1: people: is missing",
    "byte-order-mark-inside.yaml:5:1: a byte order mark in the middle of the file stands here (U+FEFF): remove it",
  ],
  "cluster-of-break-glass.yaml": [
    'cluster-of-break-glass.yaml:28:22: breakGlass.rules.0.cluster: no rule lends anything in a cluster "prdo": write prod, or remove this',
  ],
  "cluster-of-conditions.yaml": [
    'cluster-of-conditions.yaml:27:11: rules.0.when: target.cluster is never "dev": write one of prod (character 16)',
    'cluster-of-conditions.yaml:35:51: denials.0.when: target.cluster is never "prdo": write prod (character 23)',
  ],
  "cluster-of-denial.yaml": [
    'cluster-of-denial.yaml:33:72: denials.0.cluster: no rule and no break-glass lends anything in a cluster "prdo": write prod, or remove this',
  ],
  "cluster-of-separation.yaml": [
    'cluster-of-separation.yaml:36:42: separation.0.second.cluster: no rule and no break-glass lends anything in a cluster "prood": write prod, or remove this',
  ],
  "duration-blank.yaml": [
    'duration-blank.yaml:19:18: profiles.logs.maxDuration: "4\u00a0h" is no duration: write 30m, 2h or 1h30m',
  ],
  "duration-capitals.yaml": [
    'duration-capitals.yaml:19:18: profiles.logs.maxDuration: "4 H" is no duration: write 30m, 2h or 1h30m',
  ],
  "number-of-another-kind.yaml": [
    "number-of-another-kind.yaml:32:28: 0x3 is no plain number: write it with digits alone",
    "number-of-another-kind.yaml:32:48: 1e3 is no plain number: write it with digits alone",
  ],
  "zone-of-offset.yaml": [
    'zone-of-offset.yaml:32:65: risk.hours.zone: "+02:00" is an offset, which knows no summer time: write one such as Europe/Berlin or UTC',
  ],
  "comment-alone.yaml": ["comment-alone.yaml:1:1: is empty"],
  "condition-nested-macros.yaml": [
    "condition-nested-macros.yaml:27:11: rules.0.when: a macro (all, exists, map, …) cannot stand inside another (character 18)",
  ],
  "condition-no-yes-or-no.yaml": [
    "condition-no-yes-or-no.yaml:27:11: rules.0.when: gives no yes or no: write a comparison, such as now.hour >= 8",
  ],
  "condition-of-no-kind.yaml": [
    "condition-of-no-kind.yaml:27:11: rules.0.when: compares or combines values of different kinds (character 10)",
  ],
  "condition-pattern.yaml": [
    "condition-pattern.yaml:27:11: rules.0.when: no pattern that RE2 reads: missing closing ): `(a+` (character 12)",
  ],
  "condition-syntax.yaml": [
    "condition-syntax.yaml:27:11: rules.0.when: is no CEL expression: found > but expecting end of input (character 10)",
  ],
  "condition-too-long.yaml": ["condition-too-long.yaml:27:11: rules.0.when: has more than 1000 characters"],
  "condition-unknown-field.yaml": [
    "condition-unknown-field.yaml:27:11: rules.0.when: there is no asker.group: asker has id, company, guest, email (character 6)",
  ],
  "condition-unknown-name.yaml": [
    'condition-unknown-name.yaml:27:11: rules.0.when: there is no "user": a condition sees asker, target, seconds, tier, now (character 1)',
  ],
  "condition-unknown-person.yaml": [
    'condition-unknown-person.yaml:27:11: rules.0.when: asker.id is never "joe" (character 10)',
  ],
  "condition-without-words.yaml": [
    "condition-without-words.yaml:26:11: rules.0.when: say the same for people beside it, in whenWords",
  ],
  "constructor-points-nowhere.yaml": [
    'constructor-points-nowhere.yaml:21:11: rules.0.who.0: there is no company, person or group "constructor": write one of acme, dana, erik, jo, approvers',
  ],
  "date-of-another-country.yaml": [
    'date-of-another-country.yaml:4:51: companies.acme.contractEnd: is no day: write one such as "2027-03-31"',
  ],
  "date-over.yaml": [
    "date-over.yaml:4:51: companies.acme.contractEnd: this contract is over: write its new last day, or remove acme",
  ],
  "date-that-is-none.yaml": [
    'date-that-is-none.yaml:4:51: companies.acme.contractEnd: is no day: write one such as "2027-03-31"',
  ],
  "deep-brackets.yaml": ["deep-brackets.yaml:2:28: is nested too deeply: a policy needs no more than a few levels"],
  "deep-dashes.yaml": ["deep-dashes.yaml:3:43: is nested too deeply: a policy needs no more than a few levels"],
  "deep-indentation.yaml": [
    "deep-indentation.yaml:103:102: is nested too deeply: a policy needs no more than a few levels",
  ],
  "different-groups-of-one.yaml": [
    "different-groups-of-one.yaml:27:16: rules.0.approvers: needs 2 yeses of others of different groups and 1 at most could be given, so it is never lent: put more people into these groups, or ask for fewer",
  ],
  "directive.yaml": ["directive.yaml:1:1: directives (%…) are not allowed: remove this line"],
  "duplicate-key.yaml": ['duplicate-key.yaml:12:1: "onCall" stands twice: remove one'],
  "duplicate-person.yaml": ['duplicate-person.yaml:8:3: "dana" stands twice: remove one'],
  "duration-banana.yaml": [
    'duration-banana.yaml:18:18: profiles.logs.maxDuration: "1h banana" is no duration: write 30m, 2h or 1h30m',
  ],
  "duration-negative.yaml": [
    'duration-negative.yaml:18:18: profiles.logs.maxDuration: "-1h" is no duration: write 30m, 2h or 1h30m',
  ],
  "duration-number.yaml": [
    "duration-number.yaml:18:18: profiles.logs.maxDuration: write text, in quotation marks where it looks like something else",
  ],
  "duration-zero.yaml": [
    'duration-zero.yaml:18:18: profiles.logs.maxDuration: "0h" is no duration: write 30m, 2h or 1h30m',
  ],
  "empty-namespaces.yaml": ["empty-namespaces.yaml:23:17: rules.0.namespaces: is an empty list: name at least one"],
  "empty-value.yaml": ["empty-value.yaml:22:13: rules.0.cluster: is empty"],
  "empty-who.yaml": ["empty-who.yaml:21:10: rules.0.who: is an empty list: name at least one"],
  "empty.yaml": ["empty.yaml:1:1: is empty"],
  "escape.yaml": [
    "escape.yaml:6:17: people.dana.name: no line breaks, invisible or direction-changing characters",
    "escape.yaml:6:22: a control character stands here (U+001B): remove it",
  ],
  "folder-empty": ["folder-empty:1:1: holds no *.yaml file: write the policy into one"],
  "folder-fault-in-second": [
    'folder-fault-in-second/b.yaml:6:5: rules.0: there is no setting "colour"',
    'folder-fault-in-second/b.yaml:8:16: rules.0.profiles.0: there is no profile "log": write one of logs',
  ],
  "folder-id-twice": [
    "folder-id-twice/b.yaml:3:3: people.jo: stands in folder-id-twice/a.yaml:8 too: keep one",
    "folder-id-twice/a.yaml:8:3: people.jo: stands in folder-id-twice/b.yaml:3 too: keep one",
  ],
  "folder-misspelt": [
    "folder-misspelt/a.yaml:1:1: onCall: is missing",
    'folder-misspelt/a.yaml:10:16: groups.approvers: there is no setting "nick"',
    'folder-misspelt/a.yaml:10:97: groups.approvers: there is no setting "owner"',
    'folder-misspelt/a.yaml:11:1: there is no setting "oncall"',
    'folder-misspelt/b.yaml:2:1: there is no setting "denails"',
    'folder-misspelt/b.yaml:8:50: rules.0.namespaces.0: there is no setting "colour"',
    'folder-misspelt/b.yaml:11:1: there is no setting "seperation"',
  ],
  "folder-no-version": ["folder-no-version/b.yml:1:1: version: write version: 1 in every file"],
  "folder-once-only": [
    "folder-once-only/b.yaml:2:1: onCall: stands in folder-once-only/a.yaml:11 too: keep one",
    "folder-once-only/a.yaml:11:1: onCall: stands in folder-once-only/b.yaml:2 too: keep one",
  ],
  "folder-one-broken": [
    "folder-one-broken/a.yaml:4:64: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
  "glass-for-nobody.yaml": ["glass-for-nobody.yaml:28:3: breakGlass: nobody could use it: put people into on-call"],
  "glass-reviewed-by-its-breaker.yaml": [
    "glass-reviewed-by-its-breaker.yaml:30:14: breakGlass.reviewers: nobody could review what dana lent in an emergency: put somebody else into security",
  ],
  "glass-reviewed-by-nobody.yaml": [
    "glass-reviewed-by-nobody.yaml:9:82: people.max.contractEnd: this contract is over: write its new last day, or remove max",
    "glass-reviewed-by-nobody.yaml:31:14: breakGlass.reviewers: nobody of security could review: put people into it",
  ],
  "glob-of-everything.yaml": [
    "glob-of-everything.yaml:23:18: rules.0.namespaces.0: use a namespace's name, or a glob of it with * and ?",
  ],
  "homoglyph-id.yaml": [
    'homoglyph-id.yaml:7:3: "еrik" has a letter that only looks like another or is none of a-z (U+0435): write it with a-z',
    'homoglyph-id.yaml:10:79: groups.approvers.people.1: there is no person "erik": write one of dana, jo',
  ],
  "homoglyph-name.yaml": [
    "homoglyph-name.yaml:8:15: people.jo.name: looks like erik's name and is of other letters: write it with those that it is read as",
  ],
  "homoglyph-setting.yaml": [
    "homoglyph-setting.yaml:1:1: rules: is missing",
    'homoglyph-setting.yaml:19:1: "rulеs" has a letter that only looks like another or is none of a-z (U+0435): write it with a-z',
  ],
  "homoglyph-value.yaml": [
    "homoglyph-value.yaml:21:11: rules.0.who.0: use lower-case letters, digits and dashes, at most 63",
  ],
  "homoglyph-words.yaml": [
    'homoglyph-words.yaml:15:12: profiles.logs.words: "lоgs" mixes letters of look-alike alphabets: write it with those of one',
  ],
  "hours-backwards.yaml": ["hours-backwards.yaml:26:50: risk.hours.to: the end of the day comes after its beginning"],
  "hours-sexagesimal.yaml": [
    "hours-sexagesimal.yaml:26:37: risk.hours.from: write text, in quotation marks where it looks like something else",
    "hours-sexagesimal.yaml:26:44: risk.hours.to: write text, in quotation marks where it looks like something else",
  ],
  "huge-quorum.yaml": [
    "huge-quorum.yaml:26:13: rules.0.quorum: is more than 9007199254740991",
    "huge-quorum.yaml:26:13: rules.0.quorum: is more than 5",
  ],
  "idp-by-capitals.yaml": [
    "idp-by-capitals.yaml:8:29: people.jo.idp: differs from erik's by capital letters alone: write it as the identity provider does",
  ],
  "latin-1.yaml": ["latin-1.yaml:1:1: is not UTF-8"],
  "line-separator.yaml": [
    "line-separator.yaml:7:17: people.erik.name: no line breaks, invisible or direction-changing characters",
    "line-separator.yaml:7:22: a line break that not every editor shows stands here (U+2028): remove it",
  ],
  "many-at-once.yaml": [
    "many-at-once.yaml:1:10: version: write 1",
    'many-at-once.yaml:2:1: there is no setting "allowAll"',
    "many-at-once.yaml:8:35: people.erik.slack: use team id / user id, such as T0123/U0456",
    'many-at-once.yaml:12:9: onCall: there is no group "nobody": write one of approvers',
    'many-at-once.yaml:19:18: profiles.logs.maxDuration: "soon" is no duration: write 30m, 2h or 1h30m',
    'many-at-once.yaml:22:17: rules.0.who.1: there is no company, person or group "nobody": write one of acme, dana, erik, jo, approvers',
    'many-at-once.yaml:27:11: rules.0.when: there is no "today": a condition sees asker, target, seconds, tier, now (character 1)',
  ],
  "marks-without-end.yaml": ["marks-without-end.yaml:8:15: people.jo.name: no more than three marks on one letter"],
  "merge-key.yaml": ['merge-key.yaml:8:9: people.jo: there is no setting "<<"'],
  "name-of-slack-channel.yaml": [
    "name-of-slack-channel.yaml:10:51: groups.approvers.channel: use a channel id such as C0123456789, not a name",
  ],
  "no-version.yaml": ["no-version.yaml:1:1: version: write 1"],
  "nul.yaml": [
    "nul.yaml:6:17: people.dana.name: no line breaks, invisible or direction-changing characters",
    "nul.yaml:6:22: a control character stands here (U+0000): remove it",
  ],
  "null-document.yaml": ["null-document.yaml:1:4: is empty"],
  "open-bracket.yaml": [
    "open-bracket.yaml:10:84: Flow sequence in block collection must be sufficiently indented and end with a ]",
    "open-bracket.yaml:10:85: Flow map in block collection must be sufficiently indented and end with a }",
  ],
  "overlapping-rules.yaml": [
    'overlapping-rules.yaml:26:5: rules.1: rule "acme-logs" covers jo, logs, prod/payments too: leave it to one of them, or give one a condition (when)',
  ],
  "profile-of-seconds.yaml": [
    "profile-of-seconds.yaml:18:18: profiles.logs.maxDuration: nobody could use it: a pass is at least 10 s long",
  ],
  "proto-setting.yaml": ['proto-setting.yaml:2:1: "__proto__" cannot be a name'],
  "proto.yaml": ['proto.yaml:6:3: "__proto__" cannot be a name'],
  "quorum-as-text.yaml": ["quorum-as-text.yaml:26:13: rules.0.quorum: write a number"],
  "quorum-of-one-company.yaml": [
    "quorum-of-one-company.yaml:25:16: rules.0.approvers: needs a yes of others of another company and nobody could give one, so it is never lent: put more people into these groups",
  ],
  "quorum-of-the-asker.yaml": [
    "quorum-of-the-asker.yaml:25:16: rules.0.approvers: needs a yes of others and nobody could give one, so it is never lent: put more people into these groups",
  ],
  "quorum-of-too-few.yaml": [
    "quorum-of-too-few.yaml:25:16: rules.0.approvers: needs 3 yeses of others and 2 at most could be given, so it is never lent: put more people into these groups, or ask for fewer",
  ],
  "regular-expression-as-glob.yaml": [
    "regular-expression-as-glob.yaml:23:18: rules.0.namespaces.0: use a namespace's name, or a glob of it with * and ?",
  ],
  "rule-for-nobody.yaml": [
    "rule-for-nobody.yaml:22:10: rules.0.who: names nobody: list people there, or remove this rule",
  ],
  "rule-name-twice.yaml": [
    'rule-name-twice.yaml:26:11: rules.1.name: "acme-logs" is the name of another one: give each its own',
  ],
  "same-account.yaml": ["same-account.yaml:7:35: people.erik.slack: dana has the same Slack user id: write erik's own"],
  "same-account-by-another-key.yaml": [
    "same-account-by-another-key.yaml:7:35: people.erik.slack: dana has the same Slack user id: write erik's own",
  ],
  "slack-handle.yaml": ["slack-handle.yaml:8:31: people.jo.slack: use team id / user id, such as T0123/U0456"],
  "sponsor-of-their-own-company.yaml": [
    "sponsor-of-their-own-company.yaml:4:32: companies.acme.sponsor: jo is of acme: name one of your own people",
  ],
  "tab.yaml": ["tab.yaml:4:1: Tabs are not allowed as indentation"],
  "tag-binary.yaml": [
    "tag-binary.yaml:15:12: tags (!!binary) are not allowed: write the value without it",
    "tag-binary.yaml:15:21: profiles.logs.words: write text, in quotation marks where it looks like something else",
  ],
  "tag-of-code.yaml": ["tag-of-code.yaml:15:12: tags (!!js/function) are not allowed: write the value without it"],
  "tag.yaml": ["tag.yaml:18:18: tags (!!str) are not allowed: write the value without it"],
  "ticket-example.yaml": ["ticket-example.yaml:26:46: tickets.example: does not match tickets.pattern as a whole"],
  "ticket-pattern-lookahead.yaml": [
    "ticket-pattern-lookahead.yaml:26:21: tickets.pattern: no pattern that RE2 reads: invalid or unsupported Perl syntax: `(?=`",
  ],
  "ticket-pattern-of-words.yaml": [
    'ticket-pattern-of-words.yaml:26:21: tickets.pattern: matches plain words such as "restart", so every reason would be no more than tickets: write what tickets alone are like, such as INC-[0-9]+',
  ],
  "ticket-pattern.yaml": [
    "ticket-pattern.yaml:26:21: tickets.pattern: no pattern that RE2 reads: missing closing ): `(INC-[0-9]+`",
  ],
  "tier-of-less-than-below.yaml": [
    "tier-of-less-than-below.yaml:38:11: risk.tiers.high.ticket: what is of high risk needs no ticket, and medium does: write true",
    "tier-of-less-than-below.yaml:38:11: risk.tiers.high.stepUp: what is of high risk needs no form, and medium does: write true",
    "tier-of-less-than-below.yaml:38:21: risk.tiers.high.quorum: what is of high risk needs fewer yeses than medium, which needs 2: write 2 or more",
    "tier-of-less-than-below.yaml:38:37: risk.tiers.high.maxDuration: what is of high risk lasts longer than at medium, where it is at most 30m: write 30m or less",
  ],
  "two-documents.yaml": ["two-documents.yaml:26:1: a second document begins here: write one document in each file"],
  "unknown-company.yaml": [
    'unknown-company.yaml:8:61: people.jo.company: there is no company "acne": write one of acme',
  ],
  "unknown-group.yaml": ['unknown-group.yaml:11:9: onCall: there is no group "on-call": write one of approvers'],
  "unknown-person.yaml": [
    'unknown-person.yaml:10:79: groups.approvers.people.1: there is no person "eric": write one of dana, erik, jo',
  ],
  "unknown-profile.yaml": [
    'unknown-profile.yaml:24:16: rules.0.profiles.0: there is no profile "log": write one of logs',
  ],
  "unknown-setting.yaml": [
    "unknown-setting.yaml:20:5: rules.0.approvers: is missing",
    'unknown-setting.yaml:25:5: rules.0: there is no setting "aprovers"',
  ],
  "unknown-sponsor.yaml": [
    'unknown-sponsor.yaml:4:32: companies.acme.sponsor: there is no person "nobody": write one of dana, erik, jo',
  ],
  "unknown-who.yaml": [
    'unknown-who.yaml:21:11: rules.0.who.0: there is no company, person or group "everybody": write one of acme, dana, erik, jo, approvers',
  ],
  "utf-16.yaml": ["utf-16.yaml:1:1: is not UTF-8"],
  "version-of-tomorrow.yaml": ["version-of-tomorrow.yaml:1:10: version: write 1"],
  "yes-as-text.yaml": ["yes-as-text.yaml:26:13: rules.0.ticket: write true or false"],
  "zero-width.yaml": [
    "zero-width.yaml:7:17: people.erik.name: no line breaks, invisible or direction-changing characters",
  ],
  "zone.yaml": [
    'zone.yaml:26:65: risk.hours.zone: "Mars/Olympus" is no time zone: write one such as Europe/Berlin or UTC',
  ],
};
