/**
 * The OpenAI-compatible model that an administrator named, asked with his key: it reads letters of clients and chooses answers to their
 * questions, each if he consented, and words drafts.
 */
import type { Language } from "./core/model.ts";
import type { Found } from "./core/question/match.ts";
import { choiceQuestion, modelChoice } from "./core/question/model.ts";
import type { ListedAnswer } from "./core/question/settings.ts";
import type { Settings } from "./core/settings.ts";
import { modelAnswer, modelQuestion } from "./core/signal/text-model.ts";
import { type CitedFact, draftQuestion, modelDraft } from "./core/text/letter-draft.ts";
import { CrmFailure } from "./crm/failure.ts";
import { send } from "./crm/http.ts";
import { outboundUrl } from "./crm/outbound.ts";
import type { Outside } from "./engine/outside.ts";
import { openSecret } from "./portal-secrets.ts";
import type { Surroundings } from "./ports.ts";

/** Somebody waits for the answer: past this our own word lists and sentences do, ms. */
const DEADLINE_MS = 20_000;
const MAX_REPLY_BYTES = 256 * 1024;

type Model = Settings["texts"]["model"];
type Caller = Pick<Surroundings, "outbound" | "vault">;

/** One question to the model. @param readable what makes sense of its answer; null = it makes none. @throws CrmFailure */
async function askModel<T>(
  { url, key }: NonNullable<Model>,
  { outbound, vault }: Caller,
  question: unknown,
  readable: (answer: unknown) => T | null,
): Promise<T> {
  const address = outbound && outboundUrl(`${url.replace(/\/+$/, "")}/chat/completions`, outbound.allow);
  if (!address)
    throw new CrmFailure("refused", "The model's address is not a public https address.", { code: "ADDRESS" });
  const reply = await send(outbound.fetch, {
    method: "POST",
    url: address,
    // It changes nothing anywhere: an answer that was lost may be asked for again.
    write: false,
    headers: { authorization: `Bearer ${openSecret(key, vault)}` },
    json: question,
    deadlineMs: DEADLINE_MS,
    maxBytes: MAX_REPLY_BYTES,
  });
  const made = reply.status === 200 ? readable(reply.json) : null;
  if (made !== null) return made;
  const code = reply.status === 200 ? "UNREADABLE" : `HTTP_${reply.status}`;
  const advice = "The model did not answer as asked: look at its address, name and key.";
  throw new CrmFailure("unavailable", advice, { code, status: reply.status });
}

/** The reader that the engine is handed; null without a model, or where this runtime calls nobody. */
export function textReader(model: Model, around: Caller): Outside["readLetters"] {
  if (!model || !around.outbound) return null;
  return (letters) =>
    askModel(model, around, modelQuestion(model.name, letters), (answer) => modelAnswer(answer, letters.length));
}

/** A draft in the model's words. @throws CrmFailure where it does not answer, or says what the facts do not */
export function draftByModel(
  model: NonNullable<Model>,
  around: Caller,
  facts: readonly CitedFact[],
  language: Language,
  firstName: string | null,
): Promise<{ text: string; used: readonly CitedFact[] }> {
  const question = draftQuestion(model.name, facts, language);
  return askModel(model, around, question, (answer) => modelDraft(answer, facts, firstName));
}

/** Which of the known answers a client's question wants, by the model. @throws CrmFailure where it does not answer as asked */
export function choiceByModel(
  model: NonNullable<Model>,
  around: Caller,
  text: string,
  answers: readonly ListedAnswer[],
  titles: readonly string[],
): Promise<{ found: Found | null }> {
  const question = choiceQuestion(model.name, text, answers, titles);
  return askModel(model, around, question, (answer) => modelChoice(answer, answers, titles));
}
