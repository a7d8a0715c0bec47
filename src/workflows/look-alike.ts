/** The alphabets whose letters pass for Latin ones: Unicode TR39's confusables are mostly of these. */
const PASSES_FOR_LATIN =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]/u;
const LATIN = /\p{Script=Latin}/u;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/** Nearly all that a policy says is in these, and they mix with nothing. */
const BASIC_LATIN = /^[ -~]*$/;

/** Takes a text; returns its words that mix Latin letters with others that look like them, such as a Cyrillic `а`. */
export function mixedWords(text: string): readonly string[] {
  if (BASIC_LATIN.test(text)) return [];
  return (text.match(WORD) ?? []).filter((word) => LATIN.test(word) && PASSES_FOR_LATIN.test(word));
}

/** Of PASSES_FOR_LATIN those that most type faces show as a Latin letter, from Unicode TR39's confusables.txt. */
const SHOWN_AS: ReadonlyMap<string, string> = new Map(
  [
    ["аеорсухіјѕԁһԛԝкмтьв", "aeopcyxijsdhqwkmtbb"],
    ["АВЕКМНОРСТХУЅІЈԌԚԜЗ", "ABEKMHOPCTXYSIJGQW3"],
    ["αβγεικνορτυχω", "abyeikvoptuxw"],
    ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"],
    ["օսոհցքԱՕՍԼ", "ounhgpUOUL"],
  ].flatMap(([from = "", to = ""]) => [...from].map((letter, i) => [letter, to.charAt(i)] as const)),
);

/** Takes a name; returns what it looks like: two names of which this is the same are told apart by nobody who reads them. */
export function looksOf(name: string): string {
  const shown = [...name.normalize("NFKC")].map((letter) => SHOWN_AS.get(letter) ?? letter);
  return shown.join("").toLowerCase().replace(/\s+/g, " ").trim();
}
