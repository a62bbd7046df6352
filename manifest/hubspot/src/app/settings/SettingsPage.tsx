/** Tenure's tab in HubSpot's list of connected apps: in which mode it is, what a person has to mend, and the way to the settings. */
import { Alert, Button, ButtonRow, Flex, Heading, hubspot, List, Text } from "@hubspot/ui-extensions";
import { PATHS, type Settings, type SettingsReply } from "../cards/contract.ts";
import { type Tenure, useTenure } from "../cards/useTenure.ts";
import { Waiting } from "../cards/Waiting.tsx";
import { wordsOf } from "../cards/words.ts";

const MODE_VARIANTS = { observe: "info", live: "success", paused: "warning" } as const;

export function SettingsPage() {
  const tenure = useTenure<SettingsReply>(PATHS.settings, "{}");
  return <Waiting tenure={tenure}>{({ settings }) => <Whole settings={settings} tenure={tenure} />}</Waiting>;
}

function Whole({ settings, tenure }: { settings: Settings; tenure: Tenure<SettingsReply> }) {
  const words = wordsOf(tenure.language);
  return (
    <Flex direction="column" gap="medium">
      <Alert title="Tenure" variant={MODE_VARIANTS[settings.mode]}>
        {words[settings.mode]}
      </Alert>
      <Heading>{words.findings}</Heading>
      {settings.findings.length === 0 && <Text>{words["no-findings"]}</Text>}
      <List>
        {settings.findings.map((finding) => (
          <Text key={finding}>{finding}</Text>
        ))}
      </List>
      {settings.isAdmin ? (
        <ButtonRow>
          <Button variant="primary" onClick={() => tenure.open("settings", words["open-settings"])}>
            {words["open-settings"]}
          </Button>
          <Button onClick={() => tenure.open("status", words["open-status"])}>{words["open-status"]}</Button>
        </ButtonRow>
      ) : (
        <Text>{words.admin}</Text>
      )}
    </Flex>
  );
}

hubspot.extend<"settings">(() => <SettingsPage />);
