/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "../llm/llm-fixture.h"
#include "engine-fixture.h"

G_BEGIN_DECLS

/* Whole turns with the model that plays, a server of raw bytes that does what a test says, and a clock that moves on
 * where all wait for it. */

#define DATA(chunk) "data: " chunk "\n\n"
#define TEXT(words) DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" words "\"}}]}")
#define CALL(name, arguments)                                                                    \
  DATA ("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c0\",\"type\":\"function\"," \
        "\"function\":{\"name\":\"" name "\",\"arguments\":\"" arguments "\"}}]}}]}")
#define FINISH(reason) DATA ("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" reason "\"}]}") \
  "data: [DONE]\n\n"
#define STATUS(status, headers, body) \
  "HTTP/1.1 " status "\r\nContent-Type: application/json\r\n" headers "Connection: close\r\n\r\n" body

#define GOOD CLOSE_HEAD TEXT ("The door opens.") FINISH ("stop")
#define PLAN_NOTHING \
  CLOSE_HEAD TEXT ("{\\\"intent\\\":\\\"other\\\",\\\"answer\\\":\\\"narrator\\\",\\\"steps\\\":[]}") FINISH ("stop")
#define ASK_MIRA \
  CLOSE_HEAD CALL ("ask_character", "{\\\"character\\\":\\\"mira\\\",\\\"about\\\":\\\"Well?\\\"}") FINISH ("tool_calls")
#define MIRA_SAYS CLOSE_HEAD TEXT ("{\\\"says\\\":\\\"No.\\\",\\\"does\\\":\\\"\\\"}") FINISH ("stop")
#define TOO_MANY STATUS ("429 Too Many Requests", "", "{\"error\":{\"message\":\"Rate limit reached\"}}")
#define LOADING STATUS ("503 Service Unavailable", "", \
                        "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}")
#define FAILED STATUS ("500 Internal Server Error", "", "oops")
#define NO_ERROR (-1)

/* A test's own session, with a model that is made as the program makes it. */
typedef struct
{
  Fixture    base;
  RawServer *server;
  RawServer *other;
  SgClock   *clock;
  SgHttp    *http;
  SgModel   *model;
  GString   *heard;

  /* Whether the thinking line tells of a wait, and how often it ceased to. */
  gboolean   waits;
  guint      n_over;
  SgStage    waited_in;
  guint      n_told_other;
  gboolean   quits_at_wait;
} Faults;

void       faults_set_up       (Faults        *faults,
                                gconstpointer  data);
void       faults_tear_down    (Faults        *faults,
                                gconstpointer  data);
/* The model, and the one to fall back on where there is another server. */
void       faults_make_model   (Faults        *faults);
/* One turn of the main loop; where all wait for the clock, it moves on. */
void       faults_step         (Faults        *faults);
SgTurnRun *faults_play         (Faults        *faults);

/* The story is where it was, or one whole turn further. */
void       faults_assert_sound (Faults        *faults,
                                gint64         depth);
/* The waits, each as `name(reason) `, below the span of a call. */
void       faults_assert_waits (SgTurnRun     *run,
                                const char    *expected);
void       faults_assert_told  (Faults        *faults,
                                SgTurnRun     *run,
                                const char    *text);

G_END_DECLS
