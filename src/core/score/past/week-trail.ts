/** Zones of everybody week by week, for flaps, alarms and lead time: a byte for each, since of a large book there are millions. */
import type { Zone } from "../input.ts";

/** What a byte stands for; 0 = was not there that week. */
const ZONES = ["", "learning", "green", "yellow", "red"] as const satisfies readonly (Zone | "")[];

export interface WeekTrail {
  /** last complete day of each week that is over */
  readonly days: number[];
  /** Notes the zone in the week that is not over yet: its own day is noted when it ends. */
  note(clientId: string, zone: Zone): void;
  /** Week by week as far as there is one, "" where the client was not there; nothing of somebody who never was. */
  zonesOf(clientId: string): (Zone | "")[];
}

/** An empty one. @param weeks the most that will be noted */
export function weekTrail(clientIds: readonly string[], weeks: number): WeekTrail {
  const places = new Map(clientIds.map((id, place) => [id, place]));
  const codes = new Uint8Array(clientIds.length * weeks);
  const days: number[] = [];
  return {
    days,
    note(clientId, zone) {
      codes[places.get(clientId)! * weeks + days.length] = ZONES.indexOf(zone);
    },
    zonesOf(clientId) {
      const place = places.get(clientId);
      if (place === undefined) return [];
      const own = codes.subarray(place * weeks, place * weeks + days.length);
      return Array.from(own.subarray(0, own.findLastIndex((code) => code !== 0) + 1), (code) => ZONES[code]!);
    },
  };
}
