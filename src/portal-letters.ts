/** Letters of clients read by the OpenAI-compatible model that an administrator named, with his key and only after he consented. */
import type { Settings } from "./core/settings.ts";
import { modelAnswer, modelQuestion } from "./core/signal/text-model.ts";
import { CrmFailure } from "./crm/failure.ts";
import { send } from "./crm/http.ts";
import { outboundUrl } from "./crm/outbound.ts";
import type { Outside } from "./engine/outside.ts";
import { openSecret } from "./portal-secrets.ts";
import type { Surroundings } from "./ports.ts";

/** A turn waits for the answer: past this our own word lists do, ms. */
const DEADLINE_MS = 20_000;
const MAX_REPLY_BYTES = 256 * 1024;

/** The reader that the engine is handed; null without a model, or where this runtime calls nobody. */
export function textReader(model: Settings["texts"]["model"], around: Surroundings): Outside["readLetters"] {
  const { outbound, vault } = around;
  if (!model || !outbound) return null;
  return async (letters) => {
    const url = outboundUrl(`${model.url.replace(/\/+$/, "")}/chat/completions`, outbound.allow);
    if (url === null)
      throw new CrmFailure("refused", "The model's address is not a public https address.", { code: "ADDRESS" });
    const reply = await send(outbound.fetch, {
      method: "POST",
      url,
      // It changes nothing anywhere: an answer that was lost may be asked for again.
      write: false,
      headers: { authorization: `Bearer ${openSecret(model.key, vault)}` },
      json: modelQuestion(model.name, letters),
      deadlineMs: DEADLINE_MS,
      maxBytes: MAX_REPLY_BYTES,
    });
    const labels = reply.status === 200 ? modelAnswer(reply.json, letters.length) : null;
    if (labels) return labels;
    const code = reply.status === 200 ? "UNREADABLE" : `HTTP_${reply.status}`;
    throw new CrmFailure("unavailable", "The model did not answer with labels: look at its address, name and key.", {
      code,
      status: reply.status,
    });
  };
}
