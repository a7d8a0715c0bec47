/**
 * What a page says, in the shape of PagerDuty's Events API v2 (`POST /v2/enqueue`), which many receivers take. It names
 * a grant and a cluster and never a person.
 */
import type { Debt } from "../workflows/ending-ports.ts";

/** PagerDuty refuses a longer summary. */
const LONGEST_SUMMARY = 1024;
/** What a cluster says of itself is quoted, but not at any length. */
const LONGEST_WORDS = 500;

/** What a page is about: one overdue ending, or how many there are where they are too many to page one by one. */
export type Subject = Debt | { readonly count: number };

/** Takes what a page is about; returns the key under which a receiver keeps it one incident, whoever sends it. */
export function dedupKey(subject: Subject): string {
  return "count" in subject ? "daypass-overdue-many" : `daypass-overdue-${subject.grant}`;
}

/** Takes what it is about, the routing key and when it was first noticed; returns the body that opens an incident. */
export function triggerBody(subject: Subject, routingKey: string, noticedAt: number): object {
  return {
    routing_key: routingKey,
    event_action: "trigger",
    dedup_key: dedupKey(subject),
    client: "Daypass",
    payload: {
      ...("count" in subject ? aboutMany(subject.count) : aboutOne(subject)),
      timestamp: moment(noticedAt),
      severity: "critical",
      component: "daypass",
      class: "ending overdue",
    },
  };
}

/** Takes what it was about and the routing key; returns the body that closes the incident. */
export function resolveBody(subject: Subject, routingKey: string): object {
  return { routing_key: routingKey, event_action: "resolve", dedup_key: dedupKey(subject) };
}

function aboutOne(debt: Debt): object {
  const { grant, cluster } = debt;
  const [since, words] = [moment(debt.since), withoutTokens(debt.words).slice(0, LONGEST_WORDS)];
  return {
    summary: `Access on ${cluster} should have ended at ${since} and has not: ${words}. Pass ${grant}`.slice(
      0,
      LONGEST_SUMMARY,
    ),
    source: cluster,
    group: cluster,
    custom_details: { grant, cluster, since, words },
  };
}

function aboutMany(count: number): object {
  return {
    summary: `${count} endings are overdue, too many to page one by one`,
    source: "daypass",
    custom_details: { count },
  };
}

/** A moment read from a cluster that no calendar holds must not keep the page from going out. */
function moment(ms: number): string {
  return Number.isNaN(new Date(ms).getTime()) ? String(ms) : new Date(ms).toISOString();
}

/** A cluster's words leave the house here: whatever in them looks like a JWT or a bearer token does not. */
function withoutTokens(words: string): string {
  return words.replaceAll(/eyJ[\w-]+(?:\.[\w-]*){1,4}/g, "[secret]").replaceAll(/bearer\s+\S+/gi, "[secret]");
}
