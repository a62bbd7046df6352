import { dayOf } from "../../src/core/calendar/zone.ts";
import type { Portal } from "../../src/portal.ts";
import * as check from "./invariants.ts";
import type { Place } from "./place.ts";

/** Everything that holds of a portal while nothing goes wrong and nothing waits, with what is broken of it; remembers who had left by now. */
export function checksAtRest(
  place: Place,
  portal: Portal,
  nowMs: number,
): readonly (readonly [check.Invariant, readonly string[]])[] {
  const { world, people, clients, overruled, leftAtRest } = place;
  const { store } = portal;
  const { templates, zone } = portal.engine().config();
  const companies = people.customers.map(({ company }) => company);
  const left = check.leftOf(world, companies, dayOf(nowMs, zone));
  place.leftAtRest = { at: nowMs, days: left };
  return [
    ["at rest", check.waiting(store, nowMs)],
    ["no task missing", check.tasksMissing(store, people)],
    ["no plan missing", check.plansMissing(store, people)],
    ["no edit lost", check.editsLost(people)],
    ["fields as decided", check.fieldsOtherwise(store, world)],
    ["open client has an owner", check.ownerless(store)],
    ["graduated client has a touchpoint", check.untouched(store)],
    ["each rung once", check.rungsTwice(people)],
    ["a client that left is left alone", check.leftAndAsked(store, people, left)],
    ["a client that left is told nothing", check.leftAndTold(store, leftAtRest, left)],
    ["a client that stays is served again", check.stayedAndClosed(store, world, companies)],
    ["people's notes stay", check.notesLost(people, clients.noted)],
    ["a zone that a person set counts", check.overruledLost(people, overruled, nowMs)],
    ["no digest missing", check.digestsMissing(store)],
    ["a plan graduates once", check.graduatedTwice(store)],
    ["a graduated plan asks for nothing", check.openAfterAll(store, people, templates)],
  ];
}
