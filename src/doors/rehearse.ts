/** The fake client, asked for from the settings or the command line: the portal's own rules, said in its own language. Nothing is written. */
import { z } from "zod";
import { type PlannedWrite, type Rehearsed, rehearse, USUAL_REHEARSAL } from "../core/client/rehearse.ts";
import type { Language, TextRef } from "../core/model.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";

/** What may be tried; everything has a default. */
const rehearsalSchema = z.strictObject({
  /** epoch ms of the won deal; default: now */
  startAt: z.int().optional(),
  days: z.int().min(1).max(366).default(USUAL_REHEARSAL.days),
  /** default: the portal's fallback owner */
  ownerId: z.string().optional(),
  lateEvery: z.int().min(0).max(100).default(USUAL_REHEARSAL.lateEvery),
  lateDays: z.int().min(1).max(60).default(USUAL_REHEARSAL.lateDays),
  fadesOnDay: z.int().min(1).max(366).nullable().default(USUAL_REHEARSAL.fadesOnDay),
  silentOnDay: z.int().min(1).max(366).nullable().default(USUAL_REHEARSAL.silentOnDay),
  repliesOnDay: z.int().min(1).max(366).nullable().default(USUAL_REHEARSAL.repliesOnDay),
  formOnDay: z.int().min(0).max(366).nullable().default(USUAL_REHEARSAL.formOnDay),
  headcount: z.int().min(1).optional(),
});
export type RehearsalAsk = z.input<typeof rehearsalSchema>;

export interface RehearsedLine extends Omit<PlannedWrite, "title"> {
  /** as it would stand in the CRM */
  text: string;
}

export interface RehearsalView {
  zone: string;
  language: Language;
  lines: readonly RehearsedLine[];
  scores: Rehearsed["scores"];
  phases: Rehearsed["phases"];
}

export interface RehearseDoor {
  /** null before the portal was looked at for the first time. @throws z.ZodError for what cannot be tried */
  rehearse(ask: RehearsalAsk): RehearsalView | null;
}

/** Whatever a text wants to name, the fake client has: links and people are examples. */
const EXAMPLES: Readonly<Record<string, string>> = {
  "client.name": "Fake client",
  "company.name": "Fake client",
  "contact.first_name": "Test",
  "contact.name": "Test Person",
};

export function rehearseDoor(portal: Portal, around: Surroundings): RehearseDoor {
  return {
    rehearse(ask) {
      if (portal.about() === null) return null;
      const { startAt = around.now(), ownerId, headcount, ...rest } = rehearsalSchema.parse(ask);
      const engine = portal.engine();
      const config = engine.config();
      const rehearsed = rehearse(
        {
          startAt,
          ownerId: ownerId ?? config.plan.fallbackOwnerId,
          ...rest,
          ...(headcount !== undefined && { company: { headcount } }),
        },
        config,
        engine.book(),
      );
      const say = (text: TextRef) => {
        try {
          return engine.texts.render(text, config.language, EXAMPLES);
        } catch (error) {
          // What could not be written then is worth seeing now.
          return (error as Error).message;
        }
      };
      const lines = rehearsed.writes.map(({ title, ...line }) => ({ ...line, text: title ? say(title) : "" }));
      const { scores, phases } = rehearsed;
      return { zone: config.zone, language: config.language, lines, scores, phases };
    },
  };
}
