import { expect, test } from "vitest";
import { createPageBook } from "./page-book.ts";

const debt = (grant: string) => ({ grant, cluster: "prod", since: 0, words: "silent" });
const ACCEPTED = { is: "accepted" } as const;

/** Sends all that is to be said at this moment; returns it in order. */
function sendAll(book: ReturnType<typeof createPageBook>, at: number): readonly string[] {
  const sent: string[] = [];
  for (let page = book.next(at); page !== null && page.notBefore <= at; page = book.next(at)) {
    book.finish(book.begin(page), ACCEPTED, at);
    sent.push(`${page.settled ? "close" : "open"} ${"grant" in page.subject ? page.subject.grant : "many"}`);
  }
  return sent;
}

test("what opens an incident goes before what closes one, and what was tried before both", () => {
  const book = createPageBook();
  for (const id of ["a", "b"]) book.open(debt(id), 0);
  sendAll(book, 0);
  book.settle(debt("a"));
  book.open(debt("c"), 0);
  const first = book.next(1);
  if (first === null) throw new Error("nothing to send");
  book.finish(book.begin(first), { is: "trouble", cause: new Error("503"), retryAfterMs: 0, heard: false }, 1);

  expect(first.subject).toEqual(debt("c"));
  expect(sendAll(book, 1)).toEqual(["close a", "open c"]);
});

test("a page that was refused waits a minute, and longer where the receiver asks", () => {
  const book = createPageBook();
  for (const [id, retryAfterMs] of [
    ["a", 0],
    ["b", 90_000],
  ] as const) {
    book.open(debt(id), 0);
    const page = book.next(0);
    if (page !== null) book.finish(book.begin(page), { is: "refused", words: "no", retryAfterMs }, 0);
  }

  expect(book.next(0)?.notBefore).toBe(60_000);
  expect(sendAll(book, 60_000)).toEqual(["open a"]);
  expect(sendAll(book, 90_000)).toEqual(["open b"]);
  expect(book.next(90_000)).toBeNull();
});

test("where a receiver never lets itself be told, the oldest that only waits to be closed is forgotten first", () => {
  const book = createPageBook();
  const ids = Array.from({ length: 2_000 }, (_, i) => `g${i}`);
  for (const id of ids) book.open(debt(id), 0);
  sendAll(book, 0);
  for (const id of ids) book.settle(debt(id));
  for (const id of ["x", "y"]) book.open(debt(id), 0);

  const sent = sendAll(book, 1);
  expect(sent).toHaveLength(2_000);
  expect(sent.slice(0, 3)).toEqual(["open x", "open y", "close g2"]);
});
