/** The parts of a client card. Each draws what it is given and knows nothing of servers. */
import {
  Alert,
  DescriptionList,
  DescriptionListItem,
  Flex,
  Heading,
  Inline,
  Link,
  List,
  ProgressBar,
  ScoreCircle,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from "@hubspot/ui-extensions";
import type { Card, LedgerLine, PlanPart, Step, Zone } from "./contract.ts";
import { dayText, type Language, wordsOf } from "./words.ts";

const ZONE_VARIANTS = {
  green: "success",
  yellow: "warning",
  red: "danger",
  learning: "info",
  none: "default",
} as const;

export function ZoneTag({ zone, language }: { zone: Zone | null; language: Language }) {
  return <StatusTag variant={ZONE_VARIANTS[zone ?? "none"]}>{wordsOf(language)[zone ?? "none"]}</StatusTag>;
}

export function Health({ card, language }: { card: Card; language: Language }) {
  const words = wordsOf(language);
  return (
    <Flex direction="row" gap="medium" align="center" wrap>
      {card.score === null ? <Text>{words["no-score"]}</Text> : <ScoreCircle score={card.score} />}
      <Flex direction="column" gap="extra-small">
        <Inline gap="small">
          <ZoneTag zone={card.zone} language={language} />
          {card.zoneSinceDay && (
            <Text variant="microcopy">
              {words.since} {dayText(card.zoneSinceDay, language)}
            </Text>
          )}
        </Inline>
        {card.mainReason && <Text>{card.mainReason}</Text>}
      </Flex>
    </Flex>
  );
}

export function Standing({ card, language }: { card: Card; language: Language }) {
  const words = wordsOf(language);
  const entries: [string, string][] = [];
  if (card.trend) entries.push([words.trend, words[card.trend]]);
  if (card.confidence) entries.push([words.confidence, words[card.confidence]]);
  if (card.risk !== null) entries.push([words.risk, `${card.risk}\u00a0%`]);
  if (entries.length === 0) return null;
  return (
    <DescriptionList direction="row">
      {entries.map(([label, value]) => (
        <DescriptionListItem key={label} label={label}>
          <Text>{value}</Text>
        </DescriptionListItem>
      ))}
    </DescriptionList>
  );
}

export function Ledger({ lines, language }: { lines: readonly LedgerLine[]; language: Language }) {
  const words = wordsOf(language);
  if (lines.length === 0) return <Text>{words.good}</Text>;
  return (
    <Table bordered density="condensed">
      <TableHead>
        <TableRow>
          <TableHeader>{words.why}</TableHeader>
          <TableHeader align="right" width="min">
            {words.points}
          </TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {lines.map(({ label, points, detail }) => (
          <TableRow key={label}>
            <TableCell>
              <Text>{label}</Text>
              {detail && <Text variant="microcopy">{detail}</Text>}
            </TableCell>
            <TableCell align="right">{signed(points)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** A true minus sign, one decimal where there is one. */
function signed(points: number): string {
  const size = Math.abs(Math.round(points * 10) / 10);
  return points < 0 ? `−${size}` : String(size);
}

export function Plan({ plan, language }: { plan: PlanPart | null; language: Language }) {
  const words = wordsOf(language);
  if (plan === null) return <Text>{words["no-plan"]}</Text>;
  return (
    <Flex direction="column" gap="small">
      <ProgressBar
        title={plan.title}
        value={plan.progress}
        valueDescription={`${plan.doneSteps} / ${plan.totalSteps} ${words.steps}`}
        showPercentage
        variant={plan.late.length > 0 ? "warning" : "success"}
      />
      <DescriptionList direction="row">
        <DescriptionListItem label={words.plan}>
          <Text>{plan.stage}</Text>
        </DescriptionListItem>
        <DescriptionListItem label={words.forecast}>
          <Text>{dayText(plan.forecastDay, language)}</Text>
        </DescriptionListItem>
      </DescriptionList>
      {plan.next && (
        <>
          <Heading inline>{words.next}</Heading>
          <StepLine step={plan.next} language={language} />
        </>
      )}
    </Flex>
  );
}

export function Late({ steps, language }: { steps: readonly Step[]; language: Language }) {
  if (steps.length === 0) return null;
  return (
    <Alert title={`${wordsOf(language).late}: ${steps.length}`} variant="warning">
      <List>
        {steps.map((step) => (
          <StepLine key={step.id} step={step} language={language} />
        ))}
      </List>
    </Alert>
  );
}

export function StepLine({ step, language }: { step: Step; language: Language }) {
  const about = [dayText(step.dueDay, language), step.owner].filter((part) => part !== null).join(" · ");
  return (
    <Text>
      {step.url ? <Link href={step.url}>{step.title}</Link> : step.title} · {about}
    </Text>
  );
}

export function Escalation({ card, language }: { card: Card; language: Language }) {
  if (card.escalation === null) return null;
  const { owner, reason } = card.escalation;
  return (
    <Alert title={`${wordsOf(language).escalated}: ${owner}`} variant="danger">
      {reason ?? undefined}
    </Alert>
  );
}
