/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a call writes into the trace of its turn.
 *
 * Below the span of the call, three phases of kind SG_SPAN_PHASE, each begun when it begins, so that the
 * waterfall grows as the call runs:
 *
 *   connect   looking up the name, connecting, TLS; absent where a kept connection served the call
 *   prompt    from the request's leaving to the first piece of text, reasoning or tool call: the server
 *             waits for a slot and reads the prompt
 *   write     from there to the end
 *
 * On the span of the call, these attributes.  Those that are not known are absent. */

/* Strings. */
#define SG_ATTRIBUTE_MODEL         "model"          /* the model that was asked for */
#define SG_ATTRIBUTE_SERVER        "server"         /* scheme, host and port */
#define SG_ATTRIBUTE_FINISH        "finish"         /* stop, length, tool-calls, filter, other */
#define SG_ATTRIBUTE_ERROR         "error"          /* the name of an SG_MODEL_ERROR, or `cancelled` */
#define SG_ATTRIBUTE_LEFT_OUT      "left-out"       /* `tool-calls`: of the reply, there were too many of them */

/* Whole numbers: tokens, as the server counted them; see SG_ATTRIBUTE_ESTIMATED. */
#define SG_ATTRIBUTE_TOKENS_IN        "tokens.in"
#define SG_ATTRIBUTE_TOKENS_OUT       "tokens.out"
#define SG_ATTRIBUTE_TOKENS_CACHED    "tokens.cached"     /* of those in, the ones that were reused */
#define SG_ATTRIBUTE_TOKENS_REASONING "tokens.reasoning"  /* of those out */
#define SG_ATTRIBUTE_TOKENS_SENT      "tokens.sent"       /* our own estimate of the prompt */
#define SG_ATTRIBUTE_TOKENS_DRAFT     "tokens.draft"      /* proposed by speculation */
#define SG_ATTRIBUTE_TOKENS_ACCEPTED  "tokens.accepted"   /* of those, the ones that were right */

/* Whole numbers. */
#define SG_ATTRIBUTE_HTTP_STATUS   "http.status"
#define SG_ATTRIBUTE_CHUNKS        "chunks"         /* pieces of the reply; not tokens */
#define SG_ATTRIBUTE_BYTES_OUT     "bytes.sent"     /* of the request's body */
#define SG_ATTRIBUTE_BYTES_IN      "bytes.received" /* of the reply's body */
#define SG_ATTRIBUTE_MAX_GAP       "gap.max"        /* microseconds: the longest silence while writing */
#define SG_ATTRIBUTE_PROMPT_US     "server.prompt"  /* microseconds, measured by the server */
#define SG_ATTRIBUTE_WRITE_US      "server.write"   /* microseconds, measured by the server */
#define SG_ATTRIBUTE_SAVED         "saved"          /* with `cached`: microseconds that the answer took once */

/* Real numbers: tokens a second, by the server's own times where it gives them. */
#define SG_ATTRIBUTE_RATE          "rate"           /* while writing */
#define SG_ATTRIBUTE_PROMPT_RATE   "prompt.rate"    /* while reading what was not reused */

/* Booleans; absent where false. */
#define SG_ATTRIBUTE_ESTIMATED     "estimated"          /* the tokens were not counted by the server */
#define SG_ATTRIBUTE_REUSED        "reused-connection"
#define SG_ATTRIBUTE_RETRIED       "retried-connection" /* a kept connection was dead; a new one served */

#define SG_ATTRIBUTE_FALLBACK      "fallback"           /* the fallback server answered */

/* True where the answer was kept from before and nobody was called, false where it was looked for in vain. */
#define SG_ATTRIBUTE_CACHED        "cached"

/* On spans of kind SG_SPAN_WAIT below the span of the call: `retry` (a wait before another try), `limit` (a wait
 * for a slot or a rate), `breaker` (the server is left alone now) and `fallback` (another server is asked). */
#define SG_ATTRIBUTE_REASON        "reason"         /* the name of an SG_MODEL_ERROR, or what is waited for */
#define SG_ATTRIBUTE_ATTEMPT       "attempt"        /* of a retry: the number of the try that failed, from 1 */
#define SG_ATTRIBUTE_WAIT          "wait"           /* microseconds that it was going to take; absent if unknown */

/* On the connect span: microseconds. */
#define SG_ATTRIBUTE_DNS           "dns"
#define SG_ATTRIBUTE_TCP           "tcp"
#define SG_ATTRIBUTE_TLS           "tls"
