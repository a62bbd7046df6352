CREATE TABLE `book` (
	`version` integer PRIMARY KEY NOT NULL,
	`made_at` integer NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `call_log` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`status` integer NOT NULL,
	`items` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `call_log_at` ON `call_log` (`at`);--> statement-breakpoint
CREATE TABLE `client` (
	`key` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`due_at` integer,
	`zone` text,
	`score` real,
	`zone_since` integer,
	`owner_id` text,
	`escalation_owner_id` text,
	`phase` text,
	`class` text,
	`overdue` integer DEFAULT 0 NOT NULL,
	`value` real,
	`touchpoint_day` integer
);
--> statement-breakpoint
CREATE INDEX `client_due` ON `client` (`due_at`) WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX `client_zone` ON `client` (`zone`,`score`);--> statement-breakpoint
CREATE TABLE `config` (
	`version` integer PRIMARY KEY NOT NULL,
	`published_at` integer NOT NULL,
	`author` text NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `finding` (
	`key` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`params` text NOT NULL,
	`since` integer NOT NULL,
	`last_at` integer NOT NULL,
	`count` integer NOT NULL,
	`closed_at` integer
);
--> statement-breakpoint
CREATE TABLE `hint` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `history` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`client` text,
	`code` text NOT NULL,
	`params` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `history_client` ON `history` (`client`,`seq`);--> statement-breakpoint
CREATE TABLE `merged` (
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`into_id` text NOT NULL,
	PRIMARY KEY(`kind`, `id`)
);
--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `mirror` (
	`key` text PRIMARY KEY NOT NULL,
	`client` text NOT NULL,
	`kind` text NOT NULL,
	`target_kind` text,
	`target_id` text,
	`external_id` text,
	`desired` text,
	`sent` text,
	`ours` text,
	`before` text,
	`doubted` integer DEFAULT 0 NOT NULL,
	`theirs` text,
	`theirs_at` integer,
	`wrote_at` integer,
	`state` text NOT NULL,
	`work` text NOT NULL,
	`priority` integer NOT NULL,
	`not_before` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`looks` integer DEFAULT 0 NOT NULL,
	`sending` text,
	`fights` integer DEFAULT 0 NOT NULL,
	`fought_day` integer
);
--> statement-breakpoint
CREATE INDEX `mirror_work` ON `mirror` (`state`,`work`,`priority`,`not_before`);--> statement-breakpoint
CREATE INDEX `mirror_client` ON `mirror` (`client`);--> statement-breakpoint
CREATE INDEX `mirror_external` ON `mirror` (`kind`,`external_id`);--> statement-breakpoint
CREATE TABLE `record` (
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`client` text,
	`facts` text,
	`links` text,
	`read_at` integer,
	`modified_at` integer,
	`stale_at` integer,
	`gone_at` integer,
	PRIMARY KEY(`kind`, `id`)
);
--> statement-breakpoint
CREATE INDEX `record_stale` ON `record` (`kind`,`stale_at`) WHERE stale_at is not null;--> statement-breakpoint
CREATE INDEX `record_client` ON `record` (`client`);--> statement-breakpoint
CREATE TABLE `score_change` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`client` text NOT NULL,
	`at` integer NOT NULL,
	`config` integer NOT NULL,
	`book` integer NOT NULL,
	`inputs` text NOT NULL,
	`result` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `score_change_client` ON `score_change` (`client`,`seq`);--> statement-breakpoint
CREATE TABLE `seen` (
	`what` text PRIMARY KEY NOT NULL,
	`day` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `seen_day` ON `seen` (`day`);--> statement-breakpoint
CREATE TABLE `usage` (
	`client` text NOT NULL,
	`signal` text NOT NULL,
	`day` integer NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`client`, `signal`, `day`)
);
