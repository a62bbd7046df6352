/** First page of the app inside HubSpot: where the clients stand, and who needs somebody today. */
import {
  Button,
  ButtonRow,
  Flex,
  Heading,
  Link,
  Statistics,
  StatisticsItem,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from "@hubspot/ui-extensions";
import { type Home, type HomeReply, type HomeRow, PATHS, type Zone } from "../cards/contract.ts";
import { ZoneTag } from "../cards/parts.tsx";
import { type Tenure, useTenure } from "../cards/useTenure.ts";
import { Waiting } from "../cards/Waiting.tsx";
import { type Language, wordsOf } from "../cards/words.ts";

const ZONES: readonly (Zone | "none")[] = ["red", "yellow", "green", "learning", "none"];

export function HomePage() {
  const tenure = useTenure<HomeReply>(PATHS.home, "{}");
  return <Waiting tenure={tenure}>{({ home }) => <Whole home={home} tenure={tenure} />}</Waiting>;
}

function Whole({ home, tenure }: { home: Home; tenure: Tenure<HomeReply> }) {
  const words = wordsOf(tenure.language);
  const open = (to: string, title: string) => () => tenure.open(to, title);
  return (
    <Flex direction="column" gap="medium">
      {home.mode !== "live" && <Text format={{ fontWeight: "bold" }}>{words[home.mode]}</Text>}
      <Statistics>
        {ZONES.map((zone) => (
          <StatisticsItem key={zone} label={words[zone]} number={home.zones[zone]} />
        ))}
        <StatisticsItem label={words.changed} number={home.changed} />
        <StatisticsItem label={words.overdue} number={home.overdue} />
      </Statistics>
      <ButtonRow>
        <Button variant="primary" onClick={open("board", words["open-board"])}>
          {words["open-board"]}
        </Button>
        <Button onClick={open("kpi", words["open-kpi"])}>{words["open-kpi"]}</Button>
        {home.isAdmin && <Button onClick={open("settings", words["open-settings"])}>{words["open-settings"]}</Button>}
      </ButtonRow>
      <Heading>{words.attention}</Heading>
      {home.attention.length === 0 ? (
        <Text>{words["no-findings"]}</Text>
      ) : (
        <Attention rows={home.attention} language={tenure.language} />
      )}
    </Flex>
  );
}

function Attention({ rows, language }: { rows: readonly HomeRow[]; language: Language }) {
  const words = wordsOf(language);
  const headers = [words.client, words.zone, words.score, words.reason, words.overdue, words.owner];
  return (
    <Table bordered>
      <TableHead>
        <TableRow>
          {headers.map((header) => (
            <TableHeader key={header}>{header}</TableHeader>
          ))}
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map((row) => (
          <TableRow key={row.client}>
            <TableCell>
              <Link href={row.url}>{row.name ?? row.client}</Link>
            </TableCell>
            <TableCell>
              <ZoneTag zone={row.zone} language={language} />
            </TableCell>
            <TableCell align="right">{row.score === null ? "–" : String(row.score)}</TableCell>
            <TableCell>{row.reason ?? "–"}</TableCell>
            <TableCell align="right">{String(row.overdue)}</TableCell>
            <TableCell>{row.owner ?? "–"}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
