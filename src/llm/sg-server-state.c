/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-server-state.h"

struct _SgServerState
{
  GObject    parent_instance;

  SgClock   *clock;
  SgBreaker *breaker;
  SgGate    *gate;
};

G_DEFINE_FINAL_TYPE (SgServerState, sg_server_state, G_TYPE_OBJECT)

static void
sg_server_state_finalize (GObject *object)
{
  SgServerState *self = SG_SERVER_STATE (object);

  g_clear_object (&self->gate);
  g_clear_object (&self->breaker);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (sg_server_state_parent_class)->finalize (object);
}

static void
sg_server_state_class_init (SgServerStateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_server_state_finalize;
}

static void
sg_server_state_init (SgServerState *self)
{
}

/**
 * sg_server_state_new:
 * @clock: what tells it the time
 *
 * Returns: (transfer full): the state of a server of which nothing is known
 */
SgServerState *
sg_server_state_new (SgClock *clock)
{
  SgServerState *self;

  g_return_val_if_fail (SG_IS_CLOCK (clock), NULL);

  self = g_object_new (SG_TYPE_SERVER_STATE, NULL);
  self->clock = g_object_ref (clock);
  self->breaker = sg_breaker_new (clock);
  self->gate = sg_gate_new (clock);

  return self;
}

/**
 * sg_server_state_get_clock:
 *
 * Returns: (transfer none): what tells it the time
 */
SgClock *
sg_server_state_get_clock (SgServerState *self)
{
  g_return_val_if_fail (SG_IS_SERVER_STATE (self), NULL);

  return self->clock;
}

/**
 * sg_server_state_get_breaker:
 *
 * Returns: (transfer none): whether it works
 */
SgBreaker *
sg_server_state_get_breaker (SgServerState *self)
{
  g_return_val_if_fail (SG_IS_SERVER_STATE (self), NULL);

  return self->breaker;
}

/**
 * sg_server_state_get_gate:
 *
 * Returns: (transfer none): where its calls line up
 */
SgGate *
sg_server_state_get_gate (SgServerState *self)
{
  g_return_val_if_fail (SG_IS_SERVER_STATE (self), NULL);

  return self->gate;
}

static gint64
get_count (SoupMessageHeaders *headers,
           const char         *name)
{
  const char *text = soup_message_headers_get_one (headers, name);
  gint64 count;

  return text != NULL && g_ascii_string_to_signed (text, 10, 0, G_MAXINT32, &count, NULL) ? count : -1;
}

/**
 * sg_server_state_note_headers:
 * @headers: those of a reply
 *
 * Learns from the headers of a reply what is left of what the server allows: `x-ratelimit-…`, as OpenAI
 * sends them and many others after it.
 */
void
sg_server_state_note_headers (SgServerState      *self,
                              SoupMessageHeaders *headers)
{
  const struct
  {
    SgLimiterKind kind;
    const char   *limit;
    const char   *remaining;
    const char   *reset;
  } names[] = {
    { SG_LIMITER_OF_REQUESTS, "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests",
      "x-ratelimit-reset-requests" },
    { SG_LIMITER_OF_TOKENS, "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens",
      "x-ratelimit-reset-tokens" },
  };

  g_return_if_fail (SG_IS_SERVER_STATE (self));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gint64 remaining = get_count (headers, names[i].remaining);
      gint64 reset_us = -1;

      if (remaining >= 0)
        reset_us = sg_limiter_parse_reset (soup_message_headers_get_one (headers, names[i].reset));
      if (reset_us >= 0)
        sg_limiter_learn (sg_gate_get_limiter (self->gate), names[i].kind,
                          get_count (headers, names[i].limit), remaining, reset_us);
    }
}
