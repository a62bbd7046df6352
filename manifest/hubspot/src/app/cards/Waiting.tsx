/** What stands in place of an answer that is not here. */
import { Alert, Button, ErrorState, Flex, LoadingSpinner, Text } from "@hubspot/ui-extensions";
import type { ReactNode } from "react";
import type { Refused } from "./contract.ts";
import type { Tenure } from "./useTenure.ts";
import { wordsOf } from "./words.ts";

interface Props<Reply extends { ok: boolean }> {
  tenure: Tenure<Reply>;
  children: (reply: Exclude<Reply, Refused>) => ReactNode;
}

/** Shows `children` once there is an answer; until then what a person should know or do. */
export function Waiting<Reply extends { ok: boolean }>({ tenure, children }: Props<Reply>) {
  const { asked, language, reload } = tenure;
  const words = wordsOf(language);
  if (asked.is === "loading") return <LoadingSpinner label={words.loading} layout="centered" />;
  if (asked.is === "unset") {
    return (
      <ErrorState title="Tenure">
        <Text>{words.unset}</Text>
      </ErrorState>
    );
  }
  if (asked.is === "away") {
    return (
      <Flex direction="column" gap="small">
        <Alert title="Tenure" variant="warning">
          {words.away}
        </Alert>
        <Button onClick={reload}>{words.repeat}</Button>
      </Flex>
    );
  }
  const { reply } = asked;
  if (!reply.ok) {
    return (
      <Alert title="Tenure" variant="info">
        {(reply as Refused).text}
      </Alert>
    );
  }
  return <>{children(reply as Exclude<Reply, Refused>)}</>;
}
