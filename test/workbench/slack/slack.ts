import { Clock } from "./clock.ts";
import { Directory } from "./directory.ts";
import { Faults } from "./faults.ts";
import { Feed } from "./feed.ts";
import { RateLimits } from "./rate-limits.ts";
import { Records } from "./records.ts";
import { ResponseUrls } from "./response-urls.ts";
import { SignedHttp } from "./signed-http.ts";
import { SocketMode } from "./socket-mode.ts";
import { Timelines } from "./timelines.ts";
import { Triggers } from "./triggers.ts";
import { Views } from "./views.ts";
import type { World } from "./world.ts";

/** The whole state of one double. */
export interface Slack {
  /** Own address, without a slash at the end; known once the server listens. */
  url: string;
  readonly world: World;
  readonly clock: Clock;
  readonly feed: Feed;
  readonly records: Records;
  readonly faults: Faults;
  readonly rates: RateLimits;
  readonly directory: Directory;
  readonly timelines: Timelines;
  readonly views: Views;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly sockets: SocketMode;
  readonly http: SignedHttp;
}

/** A double with nothing said in it yet. */
export function createSlack(world: World): Slack {
  const clock = new Clock();
  const feed = new Feed();
  const faults = new Faults();
  return {
    url: "",
    world,
    clock,
    feed,
    faults,
    records: new Records(feed),
    rates: new RateLimits(clock, faults, world.limits),
    directory: new Directory(world, feed),
    timelines: new Timelines(clock, feed),
    views: new Views(feed),
    triggers: new Triggers(clock),
    responseUrls: new ResponseUrls(clock),
    sockets: new SocketMode(world, feed),
    http: new SignedHttp(world),
  };
}
