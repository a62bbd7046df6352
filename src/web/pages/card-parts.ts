/** What the parts of the client card share. */
import { html } from "hono/html";
import type { ClientCard } from "../../views/client-card.ts";
import type { Format } from "../format.ts";
import type { CardWords } from "./card.words.ts";
import { type Frame, formFields, type Html, personName } from "./layout.ts";
import { layoutWords } from "./layout.words.ts";

export interface CardPage {
  card: ClientCard;
  /** from a fresh read; null where the CRM does not tell it now */
  name: string | null;
  /** of the contacts, by `contact:<id>`, as far as the CRM tells them now */
  names: Readonly<Record<string, string>>;
  format: Format;
}

/** What the parts of the card share. */
export interface CardContext extends CardPage {
  w: CardWords;
  frame: Frame;
  /** address that acts are posted to */
  actUrl: string;
}

/** A button that does one thing at once. */
export function actButton(
  { actUrl, frame }: CardContext,
  act: string,
  text: string | Html,
  fields: Readonly<Record<string, string | number>> = {},
  kind = "",
): Html {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return html`<form class="inline" method="post" action="${actUrl}">${formFields(frame)}<input type="hidden" name="act" value="${act}">${inputs}<button class="${kind}">${text}</button></form>`;
}

/** `user:5` by name where it is known; Tenure and the CRM by their own. */
export function actorName(frame: Frame, actor: string): string {
  if (actor === "tenure") return "Tenure";
  const w = layoutWords(frame.language);
  if (actor === "crm") return w.inCrm;
  if (actor === "workflow") return w.workflow;
  if (actor === "client") return w.client;
  if (actor === "system") return w.system;
  return personName(frame, actor);
}
