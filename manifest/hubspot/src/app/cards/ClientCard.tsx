/** Middle column of a deal, company or contact: everything at a glance, and the few clicks that need no form. */
import {
  Accordion,
  Button,
  ButtonRow,
  Divider,
  Flex,
  Heading,
  hubspot,
  Text,
  useExtensionActions,
  useExtensionContext,
} from "@hubspot/ui-extensions";
import { useState } from "react";
import { type Action, type ActReply, type Card, type CardReply, PATHS, type Suggestion } from "./contract.ts";
import { Escalation, Health, Late, Ledger, Plan, Standing } from "./parts.tsx";
import { type Tenure, useTenure } from "./useTenure.ts";
import { Waiting } from "./Waiting.tsx";
import { wordsOf } from "./words.ts";

export function ClientCard() {
  const { crm } = useExtensionContext<"crm.record.tab">();
  const record = JSON.stringify({ objectType: crm.objectTypeId, objectId: String(crm.objectId) });
  const tenure = useTenure<CardReply>(PATHS.card, record);
  return <Waiting tenure={tenure}>{({ card }) => <Whole card={card} tenure={tenure} />}</Waiting>;
}

interface Props {
  card: Card;
  tenure: Tenure<CardReply>;
}

function Whole({ card, tenure }: Props) {
  const { language } = tenure;
  const words = wordsOf(language);
  return (
    <Flex direction="column" gap="medium">
      <Escalation card={card} language={language} />
      <Health card={card} language={language} />
      <Standing card={card} language={language} />
      <Accordion title={words.why} defaultOpen={card.zone === "red" || card.zone === "yellow"}>
        <Ledger lines={card.ledger} language={language} />
      </Accordion>
      <Divider />
      <Heading>{words.plan}</Heading>
      <Late steps={card.plan?.late ?? []} language={language} />
      <Plan plan={card.plan} language={language} />
      <Divider />
      <Acts card={card} tenure={tenure} />
      {!card.isSettled && <Text variant="microcopy">{words.settling}</Text>}
    </Flex>
  );
}

function Acts({ card, tenure }: Props) {
  const { language } = tenure;
  const words = wordsOf(language);
  const { addAlert } = useExtensionActions<"crm.record.tab">();
  const [isBusy, setBusy] = useState(false);

  /** `once` belongs to this rendering: the click counts once, however often it is sent. */
  async function run(id: string, act: Action["act"]): Promise<void> {
    setBusy(true);
    const reply = await tenure.post<ActReply>(PATHS.act, { once: `${card.once}:${id}`, act });
    if (reply?.ok) addAlert({ type: "success", message: words.done });
    else addAlert({ type: "danger", title: words["action-failed"], message: reply?.text ?? words.away });
    await tenure.reload();
    setBusy(false);
  }

  const answer = (one: Suggestion, said: "accepted" | "rejected") =>
    run(`${one.id}:${said}`, { act: "answer", id: one.id, answer: said });
  const open = card.suggestions.filter((one) => one.answer === null);
  return (
    <Flex direction="column" gap="small">
      {open.length > 0 && <Heading>{words.suggestions}</Heading>}
      {open.map((one) => (
        <Flex key={one.id} direction="column" gap="extra-small">
          <Text>{one.text}</Text>
          {one.reason && <Text variant="microcopy">{one.reason}</Text>}
          <ButtonRow>
            <Button size="xs" disabled={isBusy} onClick={() => answer(one, "accepted")}>
              {words["take-up"]}
            </Button>
            <Button size="xs" variant="transparent" disabled={isBusy} onClick={() => answer(one, "rejected")}>
              {words["turn-down"]}
            </Button>
          </ButtonRow>
        </Flex>
      ))}
      <ButtonRow dropDownButtonOptions={{ text: words.actions }}>
        <Button variant="primary" onClick={() => tenure.open(`client/${card.client}`, "Tenure")}>
          {words["open-client"]}
        </Button>
        {card.actions.map(({ id, label, act }) => (
          <Button key={id} disabled={isBusy} onClick={() => run(id, act)}>
            {label}
          </Button>
        ))}
      </ButtonRow>
    </Flex>
  );
}

hubspot.extend<"crm.record.tab">(() => <ClientCard />);
