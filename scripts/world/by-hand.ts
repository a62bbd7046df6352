/** What people and clients leave in the CRM besides deals and tasks: letters, meetings, requests, answers to surveys, what stands in fields that people fill. */
import { FIELDS } from "../../src/core/fields.ts";
import type { RecordKind, RecordRef } from "../../src/core/model.ts";
import { FIELD_PREFIX } from "../../src/crm/bitrix24/shape.ts";
import { HOUR } from "../../test/support/times.ts";
import type { Crms, World } from "../../test/support/world.ts";
import { Bitrix24PortalWorld } from "../../test/support/world-bitrix24.ts";
import { HubSpotPortalWorld } from "../../test/support/world-hubspot.ts";

const PLURAL: Partial<Record<RecordKind, string>> = { company: "companies", contact: "contacts", deal: "deals" };

// ------------------------------------------------------------------ fields that people fill

/** Has the portal the field? One with little room for fields, or rights, may lack it. */
function fieldIsThere(world: World<Crms>, kind: RecordKind, field: string): boolean {
  if (world instanceof HubSpotPortalWorld)
    return world.portal.properties(PLURAL[kind]!).some(({ name }) => name === `tenure_${field}`);
  if (!(world instanceof Bitrix24PortalWorld)) return false;
  return world.portal.userField(`CRM_${kind.toUpperCase()}`, FIELD_PREFIX + field.toUpperCase()) !== undefined;
}

/** A person fills one of our fields, a choice by its code; "" empties it. @returns false where the portal has no such field */
export function fill(world: World<Crms>, ref: RecordRef, field: string, value: string): boolean {
  if (!fieldIsThere(world, ref.kind, field)) return false;
  const label = FIELDS.find(({ id }) => id === field)?.options?.find(({ code }) => code === value)?.label.en;
  if (!(world instanceof Bitrix24PortalWorld) || label === undefined) {
    world.setField(ref, field, value);
    return true;
  }
  const name = FIELD_PREFIX + field.toUpperCase();
  const option = world.portal.userField(`CRM_${ref.kind.toUpperCase()}`, name)?.list.find((one) => one.value === label);
  if (option) world.setField(ref, field, String(option.id));
  return option !== undefined;
}

/** What one of our fields shows, a choice by its code, a day as "2026-03-02"; "" where it is empty. */
export function shownIn(world: World<Crms>, ref: RecordRef, field: string): string {
  const value = world.fields(ref)[field] ?? "";
  const { type, options } = FIELDS.find(({ id }) => id === field)!;
  if (type === "date" && /^\d{11,}$/.test(value)) return new Date(Number(value)).toISOString().slice(0, 10);
  return options?.find(({ code, label }) => code === value || label.en === value)?.code ?? value;
}

// ------------------------------------------------------------------ meetings

export interface Meeting {
  id: string;
  startAt: number;
}

const title = "Treffen mit Petrenko";

export function planMeeting(world: World<Crms>, company: string, startAt: number): Meeting {
  if (world instanceof HubSpotPortalWorld) {
    const values = { hs_meeting_title: title, hs_meeting_outcome: "SCHEDULED", ...hubSpotTimes(startAt) };
    return { id: world.portal.create("meetings", values, [{ objectType: "companies", id: company }]).id, startAt };
  }
  const { portal } = world as Bitrix24PortalWorld;
  const id = portal.create("activity", {
    ownerTypeId: 4,
    ownerId: Number(company),
    typeId: 1,
    providerId: "CRM_MEETING",
    providerTypeId: "MEETING",
    subject: title,
    startTime: startAt,
    endTime: startAt + HOUR,
  });
  return { id: String(id), startAt };
}

function hubSpotTimes(startAt: number): Record<string, string> {
  return {
    hs_timestamp: String(startAt),
    hs_meeting_start_time: String(startAt),
    hs_meeting_end_time: String(startAt + HOUR),
  };
}

export function moveMeeting(world: World<Crms>, { id }: Meeting, startAt: number): Meeting {
  if (world instanceof HubSpotPortalWorld) world.portal.update("meetings", id, hubSpotTimes(startAt));
  else activityChanged(world, id, { startTime: startAt, endTime: startAt + HOUR });
  return { id, startAt };
}

/** It is over. Bitrix24 knows only whether it was completed: one that nobody came to, or that was called off, stays as it is. */
export function endMeeting(world: World<Crms>, { id }: Meeting, outcome: "COMPLETED" | "NO_SHOW" | "CANCELED"): void {
  if (world instanceof HubSpotPortalWorld) world.portal.update("meetings", id, { hs_meeting_outcome: outcome });
  else if (outcome === "COMPLETED") activityChanged(world, id, { completed: true });
}

/** Whatever hung on a deleted record may be gone with it. */
function activityChanged(world: World<Crms>, id: string, changes: Record<string, unknown>): void {
  const { portal } = world as Bitrix24PortalWorld;
  if (portal.timeline.activities.get(Number(id))) portal.update("activity", Number(id), changes);
}

// ------------------------------------------------------------------ requests and answers, where the CRM has such records

/** @returns its id; null where the CRM has no requests */
export function openRequest(world: World<Crms>, company: string, isTechnical: boolean): string | null {
  if (!(world instanceof HubSpotPortalWorld)) return null;
  const values = {
    subject: "Petrenko fragt nach",
    hs_pipeline: "0",
    hs_pipeline_stage: "1",
    hs_ticket_category: isTechnical ? "PRODUCT_ISSUE" : "BILLING_ISSUE",
  };
  return world.portal.create("tickets", values, [{ objectType: "companies", id: company }]).id;
}

/** Moves a request to its pipeline's last stage, or opens it again. */
export function moveRequest(world: World<Crms>, id: string, isOpen: boolean): void {
  if (world instanceof HubSpotPortalWorld)
    world.portal.update("tickets", id, { hs_pipeline_stage: isOpen ? "1" : "4" });
}

/** The most that can be answered, by kind of survey; the least is 0 for NPS and satisfaction, 1 for ease. */
const MOST = { NPS: 10, CES: 7, CSAT: 2 } as const;
export type SurveyKind = keyof typeof MOST;

/**
 * Somebody answers a survey: a submission, and the latest answer on the contact.
 * @param at epoch ms; the CRM may learn of it later
 * @returns false where the CRM has no surveys
 */
export function answerSurvey(
  world: World<Crms>,
  { company, contact }: { company: string; contact: string | null },
  kind: SurveyKind,
  isGood: boolean,
  at: number,
): boolean {
  if (!(world instanceof HubSpotPortalWorld)) return false;
  const { portal } = world;
  const value = String(isGood ? MOST[kind] : kind === "CES" ? 1 : 0);
  const on = contact === null ? { objectType: "companies", id: company } : { objectType: "contacts", id: contact };
  portal.create(
    "feedback_submissions",
    { hs_survey_type: kind, hs_value: value, hs_submission_timestamp: String(at), hs_content: "Antwort von Petrenko" },
    [on],
  );
  if (contact === null) return true;
  const date = kind === "CSAT" ? "hs_feedback_last_csat_survey_date" : "hs_feedback_last_survey_date";
  const rating = { NPS: "nps_rating", CES: "ces_survey_rating", CSAT: "csat_survey_rating" }[kind];
  portal.update("contacts", contact, { [`hs_feedback_last_${rating}`]: value, [date]: String(at) });
  return true;
}
