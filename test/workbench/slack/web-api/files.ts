import { SlackError } from "../slack-error.ts";
import type { Methods } from "./method.ts";

function notHere(): never {
  throw new SlackError("not_in_double", ["[ERROR] files are not in the double yet"]);
}

/** The three steps of an upload, and its end: known, and answered plainly that they are not here. */
export const files: Methods = {
  "files.getUploadURLExternal": notHere,
  "files.completeUploadExternal": notHere,
  "files.info": notHere,
  "files.delete": notHere,
};
