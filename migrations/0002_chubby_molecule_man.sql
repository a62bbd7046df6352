DROP INDEX `client_board`;--> statement-breakpoint
CREATE INDEX `client_board` ON `client` (`zone`,`key`,`score`,`owner_id`,`escalation_owner_id`,`phase`,`overdue`,`value`,`zone_since`);