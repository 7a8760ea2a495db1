BEGIN TRANSACTION;
CREATE TABLE attachments (
	sha256 VARCHAR(64) NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (sha256)
);
INSERT INTO "attachments" VALUES('ad91235e882292469812e16da0b8fc77075a7c6d6f8760c24be14a5c792508cf',X'89504E4700');
CREATE TABLE calls (
	id VARCHAR(32) NOT NULL, 
	attempt INTEGER NOT NULL, 
	retry_of VARCHAR(32), 
	started_ms BIGINT NOT NULL, 
	provider VARCHAR(64) NOT NULL, 
	model VARCHAR(128) NOT NULL, 
	emulated BOOLEAN NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	billed VARCHAR(16) NOT NULL, 
	phase VARCHAR(16) NOT NULL, 
	user VARCHAR(128), 
	tag VARCHAR(128), 
	run VARCHAR(64), 
	stream BOOLEAN NOT NULL, 
	system TEXT NOT NULL, 
	messages JSON NOT NULL, 
	params JSON NOT NULL, 
	text TEXT NOT NULL, 
	reasoning TEXT NOT NULL, 
	finish_reason VARCHAR(64), 
	input_tokens BIGINT, 
	output_tokens BIGINT, 
	total_tokens BIGINT, 
	usage_source VARCHAR(16), 
	usage_details JSON, 
	limit_requests BIGINT, 
	remaining_requests BIGINT, 
	limit_tokens BIGINT, 
	remaining_tokens BIGINT, 
	rate_headers JSON, 
	time_to_first_token DOUBLE, 
	total_time DOUBLE, 
	longest_gap DOUBLE, 
	error_class VARCHAR(64), 
	error_code VARCHAR(64), 
	error JSON, 
	request_id VARCHAR(128), 
	request JSON, 
	logprobs JSON, left_out INTEGER DEFAULT '0' NOT NULL, tool_calls JSON, served_model VARCHAR(128), extras JSON, cell INTEGER, chunks JSON, owner VARCHAR(64), waited DOUBLE, 
	PRIMARY KEY (id)
);
INSERT INTO "calls" VALUES('00000000000000000000000000000001',1,NULL,1795176001250,'qianfan','ernie-speed-8k',1,'ok','yes','end','visitor','chat','7a32893e0a6a',1,'你是助手','[{"role": "user", "content": "这是什么？", "attachments": [{"name": "图.png", "media_type": "image/png", "size": 5, "sha256": "ad91235e882292469812e16da0b8fc77075a7c6d6f8760c24be14a5c792508cf"}]}, {"role": "assistant", "content": "一张图。"}, {"role": "user", "content": "温度？"}]','[{"name": "top_p", "requested": 0.0, "wire_name": "top_p", "sent": 0.0, "outcome": "sent", "echoed": 0.0, "reason": "sent", "reason_zh": "发送"}]','回答 👋','','stop',10,20,30,'provider','{"cached_tokens": 2}',300,299,NULL,NULL,'{"X-Ratelimit-Limit-Requests": "300", "X-Ratelimit-Remaining-Requests": "299", "X-Ratelimit-Remaining-Input-Tokens": "299990"}',0.25,1.5,0.1,'RateLimit','336501','{"class": "RateLimit", "code": "336501", "message": "limit", "message_zh": "限", "said": "", "status": null, "retry_after": null}','as-1','{"method": "POST", "url": "http://127.0.0.1/v2", "headers": {"A": "$B"}, "body": {"top_p": 0.0}, "auth": "bearer"}','[{"text": "回", "logprob": -0.5, "rivals": [["回", 0.6], ["答", 0.4]], "nucleus_size": 2}]',2,'[{"index": 0, "name": "get_weather", "arguments": "{\"city\": \"北京\"}", "id": "call_1"}]','ernie-speed-8k-0516','{"need_clear_history": true, "ban_round": -1}',0,'[[0.25, 2, 0], [0.35, 3, 0]]',NULL,NULL);
INSERT INTO "calls" VALUES('00000000000000000000000000000002',1,NULL,1795176002250,'qianfan','ernie-speed-8k',1,'ok','yes','end','visitor','chat','7a32893e0a6a',1,'你是助手','[{"role": "user", "content": "这是什么？", "attachments": [{"name": "图.png", "media_type": "image/png", "size": 5, "sha256": "ad91235e882292469812e16da0b8fc77075a7c6d6f8760c24be14a5c792508cf"}]}, {"role": "assistant", "content": "一张图。"}, {"role": "user", "content": "温度？"}]','[{"name": "top_p", "requested": 0.0, "wire_name": "top_p", "sent": 0.0, "outcome": "sent", "echoed": 0.0, "reason": "sent", "reason_zh": "发送"}]','回答 👋','','stop',10,20,30,'provider','{"cached_tokens": 2}',300,299,NULL,NULL,'{"X-Ratelimit-Limit-Requests": "300", "X-Ratelimit-Remaining-Requests": "299", "X-Ratelimit-Remaining-Input-Tokens": "299990"}',0.25,1.5,0.1,'RateLimit','336501','{"class": "RateLimit", "code": "336501", "message": "limit", "message_zh": "限", "said": "", "status": null, "retry_after": null}','as-1','{"method": "POST", "url": "http://127.0.0.1/v2", "headers": {"A": "$B"}, "body": {"top_p": 0.0}, "auth": "bearer"}','[{"text": "回", "logprob": -0.5, "rivals": [["回", 0.6], ["答", 0.4]], "nucleus_size": 2}]',2,'[{"index": 0, "name": "get_weather", "arguments": "{\"city\": \"北京\"}", "id": "call_1"}]','ernie-speed-8k-0516','{"need_clear_history": true, "ban_round": -1}',1,'[[0.25, 2, 0], [0.35, 3, 0]]',NULL,NULL);
INSERT INTO "calls" VALUES('00000000000000000000000000000003',1,NULL,1795176003250,'qianfan','ernie-speed-8k',1,'ok','yes','end','visitor','chat','7a32893e0a6a',1,'你是助手','[{"role": "user", "content": "这是什么？", "attachments": [{"name": "图.png", "media_type": "image/png", "size": 5, "sha256": "ad91235e882292469812e16da0b8fc77075a7c6d6f8760c24be14a5c792508cf"}]}, {"role": "assistant", "content": "一张图。"}, {"role": "user", "content": "温度？"}]','[{"name": "top_p", "requested": 0.0, "wire_name": "top_p", "sent": 0.0, "outcome": "sent", "echoed": 0.0, "reason": "sent", "reason_zh": "发送"}]','回答 👋','','stop',10,20,30,'provider','{"cached_tokens": 2}',300,299,NULL,NULL,'{"X-Ratelimit-Limit-Requests": "300", "X-Ratelimit-Remaining-Requests": "299", "X-Ratelimit-Remaining-Input-Tokens": "299990"}',0.25,1.5,0.1,'RateLimit','336501','{"class": "RateLimit", "code": "336501", "message": "limit", "message_zh": "限", "said": "", "status": null, "retry_after": null}','as-1','{"method": "POST", "url": "http://127.0.0.1/v2", "headers": {"A": "$B"}, "body": {"top_p": 0.0}, "auth": "bearer"}','[{"text": "回", "logprob": -0.5, "rivals": [["回", 0.6], ["答", 0.4]], "nucleus_size": 2}]',2,'[{"index": 0, "name": "get_weather", "arguments": "{\"city\": \"北京\"}", "id": "call_1"}]','ernie-speed-8k-0516','{"need_clear_history": true, "ban_round": -1}',2,'[[0.25, 2, 0], [0.35, 3, 0]]',NULL,NULL);
INSERT INTO "calls" VALUES('00000000000000000000000000000009',1,NULL,1795176009250,'qianfan','ernie-speed-8k',1,'interrupted','possible','end','visitor','chat',NULL,1,'你是助手','[{"role": "user", "content": "这是什么？", "attachments": [{"name": "图.png", "media_type": "image/png", "size": 5, "sha256": "ad91235e882292469812e16da0b8fc77075a7c6d6f8760c24be14a5c792508cf"}]}, {"role": "assistant", "content": "一张图。"}, {"role": "user", "content": "温度？"}]','[{"name": "top_p", "requested": 0.0, "wire_name": "top_p", "sent": 0.0, "outcome": "sent", "echoed": 0.0, "reason": "sent", "reason_zh": "发送"}]','回答 👋','','stop',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0.25,1.5,0.1,NULL,NULL,NULL,'as-1','{"method": "POST", "url": "http://127.0.0.1/v2", "headers": {"A": "$B"}, "body": {"top_p": 0.0}, "auth": "bearer"}','[{"text": "回", "logprob": -0.5, "rivals": [["回", 0.6], ["答", 0.4]], "nucleus_size": 2}]',2,'[{"index": 0, "name": "get_weather", "arguments": "{\"city\": \"北京\"}", "id": "call_1"}]','ernie-speed-8k-0516','{"need_clear_history": true, "ban_round": -1}',NULL,'[[0.25, 2, 0], [0.35, 3, 0]]',NULL,NULL);
INSERT INTO "calls" VALUES('000000000000000000000000000002bc',1,NULL,1795248000000,'qianfan','ernie-speed-8k',1,'ok','yes','end','visitor','chat',NULL,1,'你是助手','[{"role": "user", "content": "这是什么？", "attachments": [{"name": "图.png", "media_type": "image/png", "size": 5, "sha256": "ad91235e882292469812e16da0b8fc77075a7c6d6f8760c24be14a5c792508cf"}]}, {"role": "assistant", "content": "一张图。"}, {"role": "user", "content": "温度？"}]','[{"name": "top_p", "requested": 0.0, "wire_name": "top_p", "sent": 0.0, "outcome": "sent", "echoed": 0.0, "reason": "sent", "reason_zh": "发送"}]','回答 👋','','stop',10,20,30,'provider','{"cached_tokens": 2}',300,290,NULL,NULL,'{"x-ratelimit-limit-requests": "300", "x-ratelimit-remaining-requests": "290"}',0.25,1.5,0.1,NULL,NULL,NULL,'as-1','{"method": "POST", "url": "http://127.0.0.1/v2", "headers": {"A": "$B"}, "body": {"top_p": 0.0}, "auth": "bearer"}','[{"text": "回", "logprob": -0.5, "rivals": [["回", 0.6], ["答", 0.4]], "nucleus_size": 2}]',2,'[{"index": 0, "name": "get_weather", "arguments": "{\"city\": \"北京\"}", "id": "call_1"}]','ernie-speed-8k-0516','{"need_clear_history": true, "ban_round": -1}',NULL,'[[0.25, 2, 0], [0.35, 3, 0]]','vm:21603:67910-5cb3a9db',NULL);
INSERT INTO "calls" VALUES('000000000000000000000000000002bd',1,NULL,1795248300000,'qianfan','ernie-speed-8k',1,'ok','yes','end','visitor','chat',NULL,1,'你是助手','[{"role": "user", "content": "这是什么？", "attachments": [{"name": "图.png", "media_type": "image/png", "size": 5, "sha256": "ad91235e882292469812e16da0b8fc77075a7c6d6f8760c24be14a5c792508cf"}]}, {"role": "assistant", "content": "一张图。"}, {"role": "user", "content": "温度？"}]','[{"name": "top_p", "requested": 0.0, "wire_name": "top_p", "sent": 0.0, "outcome": "sent", "echoed": 0.0, "reason": "sent", "reason_zh": "发送"}]','回答 👋','','stop',10,20,30,'provider','{"cached_tokens": 2}',300,289,NULL,NULL,'{"x-ratelimit-limit-requests": "300", "x-ratelimit-remaining-requests": "289"}',0.25,1.5,0.1,NULL,NULL,NULL,'as-1','{"method": "POST", "url": "http://127.0.0.1/v2", "headers": {"A": "$B"}, "body": {"top_p": 0.0}, "auth": "bearer"}','[{"text": "回", "logprob": -0.5, "rivals": [["回", 0.6], ["答", 0.4]], "nucleus_size": 2}]',2,'[{"index": 0, "name": "get_weather", "arguments": "{\"city\": \"北京\"}", "id": "call_1"}]','ernie-speed-8k-0516','{"need_clear_history": true, "ban_round": -1}',NULL,'[[0.25, 2, 0], [0.35, 3, 0]]','vm:21603:67910-5cb3a9db',1.5);
INSERT INTO "calls" VALUES('000000000000000000000000000002be',1,NULL,1795252200000,'qianfan','ernie-speed-8k',1,'ok','yes','end','visitor','chat',NULL,1,'你是助手','[{"role": "user", "content": "这是什么？", "attachments": [{"name": "图.png", "media_type": "image/png", "size": 5, "sha256": "ad91235e882292469812e16da0b8fc77075a7c6d6f8760c24be14a5c792508cf"}]}, {"role": "assistant", "content": "一张图。"}, {"role": "user", "content": "温度？"}]','[{"name": "top_p", "requested": 0.0, "wire_name": "top_p", "sent": 0.0, "outcome": "sent", "echoed": 0.0, "reason": "sent", "reason_zh": "发送"}]','回答 👋','','stop',10,20,30,'provider','{"cached_tokens": 2}',300,288,NULL,NULL,'{"x-ratelimit-limit-requests": "300", "x-ratelimit-remaining-requests": "288"}',0.25,1.5,0.1,NULL,NULL,NULL,'as-1','{"method": "POST", "url": "http://127.0.0.1/v2", "headers": {"A": "$B"}, "body": {"top_p": 0.0}, "auth": "bearer"}','[{"text": "回", "logprob": -0.5, "rivals": [["回", 0.6], ["答", 0.4]], "nucleus_size": 2}]',2,'[{"index": 0, "name": "get_weather", "arguments": "{\"city\": \"北京\"}", "id": "call_1"}]','ernie-speed-8k-0516','{"need_clear_history": true, "ban_round": -1}',NULL,'[[0.25, 2, 0], [0.35, 3, 0]]','vm:21603:67910-5cb3a9db',NULL);
INSERT INTO "calls" VALUES('000000000000000000000000000002bf',1,NULL,1795252500000,'qianfan','ernie-speed-8k',1,'ok','yes','end','visitor','chat',NULL,1,'你是助手','[{"role": "user", "content": "这是什么？", "attachments": [{"name": "图.png", "media_type": "image/png", "size": 5, "sha256": "ad91235e882292469812e16da0b8fc77075a7c6d6f8760c24be14a5c792508cf"}]}, {"role": "assistant", "content": "一张图。"}, {"role": "user", "content": "温度？"}]','[{"name": "top_p", "requested": 0.0, "wire_name": "top_p", "sent": 0.0, "outcome": "sent", "echoed": 0.0, "reason": "sent", "reason_zh": "发送"}]','回答 👋','','stop',10,20,30,'provider','{"cached_tokens": 2}',300,287,NULL,NULL,'{"x-ratelimit-limit-requests": "300", "x-ratelimit-remaining-requests": "287"}',0.25,1.5,0.1,NULL,NULL,NULL,'as-1','{"method": "POST", "url": "http://127.0.0.1/v2", "headers": {"A": "$B"}, "body": {"top_p": 0.0}, "auth": "bearer"}','[{"text": "回", "logprob": -0.5, "rivals": [["回", 0.6], ["答", 0.4]], "nucleus_size": 2}]',2,'[{"index": 0, "name": "get_weather", "arguments": "{\"city\": \"北京\"}", "id": "call_1"}]','ernie-speed-8k-0516','{"need_clear_history": true, "ban_round": -1}',NULL,'[[0.25, 2, 0], [0.35, 3, 0]]','vm:21603:67910-5cb3a9db',0.25);
CREATE TABLE cells (
	run VARCHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	prompt_id VARCHAR(128) NOT NULL, 
	setting INTEGER NOT NULL, 
	repeat INTEGER NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	owner VARCHAR(64), 
	lease_ms BIGINT, 
	call_id VARCHAR(32), 
	outcome VARCHAR(16), 
	scores JSON NOT NULL, 
	PRIMARY KEY (run, number)
);
INSERT INTO "cells" VALUES('7a32893e0a6a',0,'main','1',0,0,'waiting',NULL,NULL,NULL,NULL,'{}');
INSERT INTO "cells" VALUES('7a32893e0a6a',1,'main','1',1,0,'waiting',NULL,NULL,NULL,NULL,'{}');
INSERT INTO "cells" VALUES('7a32893e0a6a',2,'main','2',1,0,'waiting',NULL,NULL,NULL,NULL,'{}');
INSERT INTO "cells" VALUES('7a32893e0a6a',3,'main','2',0,0,'waiting',NULL,NULL,NULL,NULL,'{}');
INSERT INTO "cells" VALUES('7a32893e0a6a',4,'main','3',1,0,'waiting',NULL,NULL,NULL,NULL,'{}');
INSERT INTO "cells" VALUES('7a32893e0a6a',5,'main','3',0,0,'waiting',NULL,NULL,NULL,NULL,'{}');
CREATE TABLE owners (
	name VARCHAR(64) NOT NULL, 
	lease_ms BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE paces (
	provider VARCHAR(64) NOT NULL, 
	model VARCHAR(128) NOT NULL, 
	credential VARCHAR(32) NOT NULL, 
	state JSON NOT NULL, 
	changed_ms BIGINT NOT NULL, 
	PRIMARY KEY (provider, model, credential)
);
INSERT INTO "paces" VALUES('qianfan','ernie-speed-8k','0123456789abcdef01234567','{"profile": {"shape": "unknown", "window": 60.0, "requests": null, "tokens": {}, "rate": null, "at_once": null, "learned": false, "proven": false}, "flying": {}, "running": {}, "front": [], "counted": [], "spent": [], "foreign": 0.0, "foreign_tokens": {}, "low": null, "high": null, "forgot": 0, "silent": false, "closed_until": 0.0, "strikes": 0, "next_even": 0.0, "next_burst": 0.0, "answered": 0, "lengths": [0, 0.0, 0.0]}',1795934516728);
CREATE TABLE prompts (
	run VARCHAR(32) NOT NULL, 
	position INTEGER NOT NULL, 
	id VARCHAR(128) NOT NULL, 
	text TEXT NOT NULL, 
	reference TEXT, 
	columns JSON NOT NULL, 
	PRIMARY KEY (run, position)
);
INSERT INTO "prompts" VALUES('7a32893e0a6a',0,'1','北京在哪里？',NULL,'{}');
INSERT INTO "prompts" VALUES('7a32893e0a6a',1,'2','What is tea?',NULL,'{}');
INSERT INTO "prompts" VALUES('7a32893e0a6a',2,'3','天为什么是蓝的？',NULL,'{}');
CREATE TABLE rollup_spreads (
	width_ms INTEGER NOT NULL, 
	start_ms BIGINT NOT NULL, 
	provider VARCHAR(64) NOT NULL, 
	model VARCHAR(128) NOT NULL, 
	emulated BOOLEAN NOT NULL, 
	answered BIGINT NOT NULL, 
	with_limits BIGINT NOT NULL, 
	times BLOB NOT NULL, 
	limits TEXT NOT NULL, 
	PRIMARY KEY (width_ms, start_ms, provider, model, emulated)
);
INSERT INTO "rollup_spreads" VALUES(3600000,1795176000000,'qianfan','ernie-speed-8k',1,3,3,X'960100000100000003000000F301000001000000030000006E0200000100000003000000','{"requests": [300, 300, 299, 299, 1795176003250], "input-tokens": [null, null, 299990, 299990, 1795176003250]}');
INSERT INTO "rollup_spreads" VALUES(86400000,1795132800000,'qianfan','ernie-speed-8k',1,3,3,X'960100000100000003000000F301000001000000030000006E0200000100000003000000','{"requests": [300, 300, 299, 299, 1795176003250], "input-tokens": [null, null, 299990, 299990, 1795176003250]}');
INSERT INTO "rollup_spreads" VALUES(3600000,1795248000000,'qianfan','ernie-speed-8k',1,2,2,X'960100000100000002000000F301000001000000020000006E0200000100000002000000','{"requests": [300, 300, 289, 289, 1795248300000]}');
INSERT INTO "rollup_spreads" VALUES(86400000,1795219200000,'qianfan','ernie-speed-8k',1,4,4,X'960100000100000004000000F301000001000000040000006E0200000100000004000000','{"requests": [300, 300, 287, 287, 1795252500000]}');
INSERT INTO "rollup_spreads" VALUES(3600000,1795251600000,'qianfan','ernie-speed-8k',1,2,2,X'960100000100000002000000F301000001000000020000006E0200000100000002000000','{"requests": [300, 300, 287, 287, 1795252500000]}');
CREATE TABLE rollup_sums (
	width_ms INTEGER NOT NULL, 
	start_ms BIGINT NOT NULL, 
	provider VARCHAR(64) NOT NULL, 
	model VARCHAR(128) NOT NULL, 
	emulated BOOLEAN NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	price_class INTEGER NOT NULL, 
	error_class VARCHAR(64) NOT NULL, 
	error_code VARCHAR(64) NOT NULL, 
	calls BIGINT NOT NULL, 
	input_tokens BIGINT NOT NULL, 
	output_tokens BIGINT NOT NULL, 
	reasoning_tokens BIGINT NOT NULL, 
	cached_tokens BIGINT NOT NULL, 
	input_tokens_known BIGINT NOT NULL, 
	output_tokens_known BIGINT NOT NULL, 
	reasoning_tokens_known BIGINT NOT NULL, 
	cached_tokens_known BIGINT NOT NULL, 
	waits BIGINT NOT NULL, 
	waited_ms BIGINT NOT NULL, 
	PRIMARY KEY (width_ms, start_ms, provider, model, emulated, state, price_class, error_class, error_code)
)
 WITHOUT ROWID

;
INSERT INTO "rollup_sums" VALUES(3600000,1795176000000,'qianfan','ernie-speed-8k',1,'interrupted',-1,'','',1,0,0,0,0,0,0,0,0,0,0);
INSERT INTO "rollup_sums" VALUES(3600000,1795176000000,'qianfan','ernie-speed-8k',1,'ok',1,'RateLimit','336501',3,30,60,0,6,3,3,0,3,0,0);
INSERT INTO "rollup_sums" VALUES(3600000,1795248000000,'qianfan','ernie-speed-8k',1,'ok',1,'','',2,20,40,0,4,2,2,0,2,1,1500);
INSERT INTO "rollup_sums" VALUES(3600000,1795251600000,'qianfan','ernie-speed-8k',1,'ok',1,'','',2,20,40,0,4,2,2,0,2,1,250);
INSERT INTO "rollup_sums" VALUES(86400000,1795132800000,'qianfan','ernie-speed-8k',1,'interrupted',-1,'','',1,0,0,0,0,0,0,0,0,0,0);
INSERT INTO "rollup_sums" VALUES(86400000,1795132800000,'qianfan','ernie-speed-8k',1,'ok',1,'RateLimit','336501',3,30,60,0,6,3,3,0,3,0,0);
INSERT INTO "rollup_sums" VALUES(86400000,1795219200000,'qianfan','ernie-speed-8k',1,'ok',1,'','',4,40,80,0,8,4,4,0,4,2,1750);
CREATE TABLE runs (
	id VARCHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	created_ms BIGINT NOT NULL, 
	user VARCHAR(128), 
	wanted VARCHAR(16) NOT NULL, 
	"plan" JSON NOT NULL, 
	settings JSON NOT NULL, 
	events JSON NOT NULL, 
	owner VARCHAR(64), 
	lease_ms BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES('7a32893e0a6a','study','旧的研究',1795916259525,'研究员','run','{"name": "旧的研究", "models": ["deepseek/deepseek-chat"], "prompts": [], "question": "", "system": "", "params": {"max_output_tokens": 12}, "examples": [], "factors": {"temperature": [0.2, 0.6]}, "repeats": 1, "concurrency": 4, "design": "grid", "points": 16, "scores": [], "remeasure": 0, "stop_early": true, "stream": true, "seed": 0}','[{"model": "deepseek/deepseek-chat", "params": {"max_output_tokens": 12, "temperature": 0.2}, "system": ""}, {"model": "deepseek/deepseek-chat", "params": {"max_output_tokens": 12, "temperature": 0.6}, "system": ""}]','[]',NULL,NULL);
CREATE TABLE tunedesk_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT tunedesk_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "tunedesk_version" VALUES('0007');
CREATE TABLE votes (
	id VARCHAR(32) NOT NULL, 
	created_ms BIGINT NOT NULL, 
	user VARCHAR(128), 
	left_call VARCHAR(32) NOT NULL, 
	right_call VARCHAR(32) NOT NULL, 
	left_label TEXT NOT NULL, 
	right_label TEXT NOT NULL, 
	winner VARCHAR(16) NOT NULL, 
	blind BOOLEAN NOT NULL, 
	emulated BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "votes" VALUES('168d8817f6ad4d48a099ff1f2a7941c2',1795916259540,'研究员','00000000000000000000000000000001','00000000000000000000000000000002','qianfan/ernie-speed-8k top_p=0.0 system=你是助手','qianfan/ernie-speed-8k top_p=0.0 system=你是助手','left',1,1);
CREATE INDEX calls_by_time ON calls (started_ms);
CREATE INDEX runs_by_time ON runs (created_ms);
CREATE INDEX prompts_by_id ON prompts (run, id);
CREATE INDEX cells_by_state ON cells (run, state, number);
CREATE INDEX votes_by_time ON votes (created_ms);
CREATE INDEX calls_by_provider ON calls (provider, started_ms);
CREATE INDEX calls_by_state ON calls (state, started_ms);
CREATE INDEX calls_by_run ON calls (run, started_ms);
CREATE INDEX calls_by_tag ON calls (tag, started_ms);
CREATE INDEX calls_by_user ON calls (user, started_ms);
COMMIT;
