/** Sidebar of a deal, company or contact: score, zone, main reason, next step, what is late. Reads only. */
import { Button, Flex, hubspot, Text, useExtensionContext } from "@hubspot/ui-extensions";
import { type CardReply, PATHS } from "./contract.ts";
import { Escalation, Health, Late, StepLine } from "./parts.tsx";
import { useTenure } from "./useTenure.ts";
import { Waiting } from "./Waiting.tsx";
import { wordsOf } from "./words.ts";

export function HealthCard() {
  const { crm } = useExtensionContext<"crm.record.sidebar">();
  const record = JSON.stringify({ objectType: crm.objectTypeId, objectId: String(crm.objectId) });
  const tenure = useTenure<CardReply>(PATHS.card, record);
  const { language } = tenure;
  const words = wordsOf(language);
  return (
    <Waiting tenure={tenure}>
      {({ card }) => (
        <Flex direction="column" gap="small">
          <Escalation card={card} language={language} />
          <Health card={card} language={language} />
          <Late steps={card.plan?.late ?? []} language={language} />
          {card.plan?.next && (
            <>
              <Text format={{ fontWeight: "bold" }}>{words.next}</Text>
              <StepLine step={card.plan.next} language={language} />
            </>
          )}
          <Button variant="transparent" size="sm" onClick={() => tenure.open(`client/${card.client}`, "Tenure")}>
            {words["open-client"]}
          </Button>
        </Flex>
      )}
    </Waiting>
  );
}

hubspot.extend<"crm.record.sidebar">(() => <HealthCard />);
