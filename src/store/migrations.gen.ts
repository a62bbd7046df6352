// Written by scripts/embed-migrations.ts from migrations/*.sql. Forward only; never edit a migration that has shipped.
export interface Migration {
  name: string;
  statements: readonly string[];
}

export const MIGRATIONS: readonly Migration[] = [
  {
    "name": "0000_init",
    "statements": [
      "CREATE TABLE `book` (\n\t`version` integer PRIMARY KEY NOT NULL,\n\t`made_at` integer NOT NULL,\n\t`body` text NOT NULL\n);",
      "CREATE TABLE `call_log` (\n\t`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`at` integer NOT NULL,\n\t`method` text NOT NULL,\n\t`path` text NOT NULL,\n\t`status` integer NOT NULL,\n\t`items` integer NOT NULL\n);",
      "CREATE INDEX `call_log_at` ON `call_log` (`at`);",
      "CREATE TABLE `client` (\n\t`key` text PRIMARY KEY NOT NULL,\n\t`state` text NOT NULL,\n\t`due_at` integer,\n\t`zone` text,\n\t`score` real,\n\t`zone_since` integer,\n\t`owner_id` text,\n\t`escalation_owner_id` text,\n\t`phase` text,\n\t`class` text,\n\t`overdue` integer DEFAULT 0 NOT NULL,\n\t`value` real,\n\t`touchpoint_day` integer\n);",
      "CREATE INDEX `client_due` ON `client` (`due_at`) WHERE due_at is not null;",
      "CREATE INDEX `client_zone` ON `client` (`zone`,`score`);",
      "CREATE TABLE `config` (\n\t`version` integer PRIMARY KEY NOT NULL,\n\t`published_at` integer NOT NULL,\n\t`author` text NOT NULL,\n\t`body` text NOT NULL\n);",
      "CREATE TABLE `finding` (\n\t`key` text PRIMARY KEY NOT NULL,\n\t`code` text NOT NULL,\n\t`params` text NOT NULL,\n\t`since` integer NOT NULL,\n\t`last_at` integer NOT NULL,\n\t`count` integer NOT NULL,\n\t`closed_at` integer\n);",
      "CREATE TABLE `hint` (\n\t`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`at` integer NOT NULL,\n\t`body` text NOT NULL\n);",
      "CREATE TABLE `history` (\n\t`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`at` integer NOT NULL,\n\t`actor` text NOT NULL,\n\t`client` text,\n\t`code` text NOT NULL,\n\t`params` text NOT NULL\n);",
      "CREATE INDEX `history_client` ON `history` (`client`,`seq`);",
      "CREATE TABLE `merged` (\n\t`kind` text NOT NULL,\n\t`id` text NOT NULL,\n\t`into_id` text NOT NULL,\n\tPRIMARY KEY(`kind`, `id`)\n);",
      "CREATE TABLE `meta` (\n\t`key` text PRIMARY KEY NOT NULL,\n\t`value` text NOT NULL\n);",
      "CREATE TABLE `mirror` (\n\t`key` text PRIMARY KEY NOT NULL,\n\t`client` text NOT NULL,\n\t`kind` text NOT NULL,\n\t`target_kind` text,\n\t`target_id` text,\n\t`external_id` text,\n\t`desired` text,\n\t`sent` text,\n\t`ours` text,\n\t`before` text,\n\t`doubted` integer DEFAULT 0 NOT NULL,\n\t`theirs` text,\n\t`theirs_at` integer,\n\t`wrote_at` integer,\n\t`state` text NOT NULL,\n\t`work` text NOT NULL,\n\t`priority` integer NOT NULL,\n\t`not_before` integer NOT NULL,\n\t`attempts` integer DEFAULT 0 NOT NULL,\n\t`looks` integer DEFAULT 0 NOT NULL,\n\t`sending` text,\n\t`fights` integer DEFAULT 0 NOT NULL,\n\t`fought_day` integer\n);",
      "CREATE INDEX `mirror_work` ON `mirror` (`state`,`work`,`priority`,`not_before`);",
      "CREATE INDEX `mirror_client` ON `mirror` (`client`);",
      "CREATE INDEX `mirror_external` ON `mirror` (`kind`,`external_id`);",
      "CREATE TABLE `record` (\n\t`kind` text NOT NULL,\n\t`id` text NOT NULL,\n\t`client` text,\n\t`facts` text,\n\t`links` text,\n\t`read_at` integer,\n\t`modified_at` integer,\n\t`stale_at` integer,\n\t`gone_at` integer,\n\tPRIMARY KEY(`kind`, `id`)\n);",
      "CREATE INDEX `record_stale` ON `record` (`kind`,`stale_at`) WHERE stale_at is not null;",
      "CREATE INDEX `record_client` ON `record` (`client`);",
      "CREATE TABLE `score_change` (\n\t`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`client` text NOT NULL,\n\t`at` integer NOT NULL,\n\t`config` integer NOT NULL,\n\t`book` integer NOT NULL,\n\t`inputs` text NOT NULL,\n\t`result` text NOT NULL\n);",
      "CREATE INDEX `score_change_client` ON `score_change` (`client`,`seq`);",
      "CREATE TABLE `seen` (\n\t`what` text PRIMARY KEY NOT NULL,\n\t`day` integer NOT NULL\n);",
      "CREATE INDEX `seen_day` ON `seen` (`day`);",
      "CREATE TABLE `usage` (\n\t`client` text NOT NULL,\n\t`signal` text NOT NULL,\n\t`day` integer NOT NULL,\n\t`n` integer NOT NULL,\n\tPRIMARY KEY(`client`, `signal`, `day`)\n);"
    ]
  },
  {
    "name": "0001_aberrant_unicorn",
    "statements": [
      "CREATE TABLE `basis` (\n\t`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`body` text NOT NULL,\n\t`is_kept` integer DEFAULT false NOT NULL\n);",
      "CREATE TABLE `health` (\n\t`client` text PRIMARY KEY NOT NULL,\n\t`basis` integer,\n\t`state` text NOT NULL,\n\t`risk` real,\n\t`score_at` integer,\n\t`book` integer DEFAULT 0 NOT NULL\n);",
      "CREATE INDEX `health_score_at` ON `health` (`score_at`) WHERE score_at is not null;",
      "CREATE INDEX `health_book` ON `health` (`book`);",
      "DROP INDEX `client_zone`;",
      "CREATE INDEX `client_board` ON `client` (`zone`,`score`,`key`,`owner_id`,`escalation_owner_id`,`phase`,`overdue`,`value`,`zone_since`);",
      "ALTER TABLE `score_change` ADD `basis` integer;",
      "UPDATE `client` SET `due_at` = 0 WHERE `due_at` IS NOT NULL AND `state` <> 'null';"
    ]
  },
  {
    "name": "0002_chubby_molecule_man",
    "statements": [
      "DROP INDEX `client_board`;",
      "CREATE INDEX `client_board` ON `client` (`zone`,`key`,`score`,`owner_id`,`escalation_owner_id`,`phase`,`overdue`,`value`,`zone_since`);"
    ]
  },
  {
    "name": "0003_reflective_the_executioner",
    "statements": [
      "CREATE TABLE `held_back` (\n\t`key` text PRIMARY KEY NOT NULL,\n\t`owner_id` text NOT NULL,\n\t`client` text NOT NULL,\n\t`level` integer NOT NULL,\n\t`at` integer NOT NULL,\n\t`text` text NOT NULL,\n\t`due_at` integer\n);",
      "CREATE INDEX `held_back_due` ON `held_back` (`due_at`,`owner_id`) WHERE due_at is not null;",
      "CREATE INDEX `held_back_at` ON `held_back` (`at`);",
      "CREATE INDEX `mirror_rung` ON `mirror` (`key`) WHERE state = 'dirty' and key >= 'ladder:' and key < 'ladder<';"
    ]
  },
  {
    "name": "0004_broad_darkhawk",
    "statements": [
      "CREATE TABLE `client_state` (\n\t`client` text PRIMARY KEY NOT NULL,\n\t`state` text NOT NULL\n);",
      "INSERT INTO `client_state` (`client`, `state`) SELECT `key`, `state` FROM `client` WHERE `state` <> 'null';",
      "ALTER TABLE `client` DROP COLUMN `state`;"
    ]
  },
  {
    "name": "0005_salty_lilandra",
    "statements": [
      "DROP INDEX `mirror_rung`;",
      "CREATE INDEX `mirror_rung` ON `mirror` (`state`,`not_before`) WHERE state = 'dirty' and key >= 'ladder:' and key < 'ladder<';"
    ]
  },
  {
    "name": "0006_what_was_read",
    "statements": [
      "UPDATE `mirror` SET `theirs` = NULL, `theirs_at` = NULL WHERE `theirs_at` < `wrote_at`;"
    ]
  }
];
