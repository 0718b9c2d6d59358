/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A circuit breaker, after Michael Nygard, "Release It!" (2007), chapter 5. */

#include "config.h"

#include "llm/sg-breaker.h"

struct _SgBreaker
{
  GObject        parent_instance;

  SgClock       *clock;
  SgBreakerState state;
  gint64         opened;
  guint          n_failures;
  guint          n_successes;
  guint          n_probes;
  guint          n_trips;

  /* Counts the changes of the state, from 1.  A permit is the number of the state that it was given in:
   * what a call of an earlier one tells says nothing of now. */
  guint          generation;
};

G_DEFINE_FINAL_TYPE (SgBreaker, sg_breaker, G_TYPE_OBJECT)

static void
sg_breaker_finalize (GObject *object)
{
  g_clear_object (&SG_BREAKER (object)->clock);

  G_OBJECT_CLASS (sg_breaker_parent_class)->finalize (object);
}

static void
sg_breaker_class_init (SgBreakerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_breaker_finalize;
}

static void
sg_breaker_init (SgBreaker *self)
{
  self->generation = 1;
}

/**
 * sg_breaker_new:
 * @clock: what tells it the time
 *
 * Returns: (transfer full): a closed breaker
 */
SgBreaker *
sg_breaker_new (SgClock *clock)
{
  SgBreaker *self;

  g_return_val_if_fail (SG_IS_CLOCK (clock), NULL);

  self = g_object_new (SG_TYPE_BREAKER, NULL);
  self->clock = g_object_ref (clock);

  return self;
}

static void
set_state (SgBreaker      *self,
           SgBreakerState  state)
{
  self->state = state;
  self->generation++;
  self->n_failures = self->n_successes = self->n_probes = 0;

  if (state == SG_BREAKER_OPEN)
    {
      self->opened = sg_clock_get_time (self->clock);
      self->n_trips++;
    }
}

/**
 * sg_breaker_get_wait:
 *
 * Returns: how long an open breaker stays so, in microseconds; 0 for one that is not open
 */
gint64
sg_breaker_get_wait (SgBreaker *self)
{
  g_return_val_if_fail (SG_IS_BREAKER (self), 0);

  if (self->state != SG_BREAKER_OPEN)
    return 0;

  return MAX (0, self->opened + SG_BREAKER_OPEN_US - sg_clock_get_time (self->clock));
}

/**
 * sg_breaker_get_state:
 *
 * Returns: what it would do with a call now
 */
SgBreakerState
sg_breaker_get_state (SgBreaker *self)
{
  g_return_val_if_fail (SG_IS_BREAKER (self), SG_BREAKER_CLOSED);

  if (self->state == SG_BREAKER_OPEN && sg_breaker_get_wait (self) == 0)
    set_state (self, SG_BREAKER_HALF_OPEN);

  return self->state;
}

/**
 * sg_breaker_get_trips:
 *
 * Returns: how often it has opened
 */
guint
sg_breaker_get_trips (SgBreaker *self)
{
  g_return_val_if_fail (SG_IS_BREAKER (self), 0);

  return self->n_trips;
}

/**
 * sg_breaker_enter:
 * @by_player: whether the player asks for the call: whoever has just restarted the server and presses a
 *   button is not told to wait, so such a call passes always, and finds out how things are
 *
 * Asks whether a call may be made.
 *
 * Returns: a permit for sg_breaker_leave(), which has to follow; or 0 where the call is refused
 */
guint
sg_breaker_enter (SgBreaker *self,
                  gboolean   by_player)
{
  g_return_val_if_fail (SG_IS_BREAKER (self), 0);

  switch (sg_breaker_get_state (self))
    {
    case SG_BREAKER_OPEN:
      if (!by_player)
        return 0;
      set_state (self, SG_BREAKER_HALF_OPEN);
      break;

    case SG_BREAKER_HALF_OPEN:
      if (self->n_probes > 0 && !by_player)
        return 0;
      break;

    case SG_BREAKER_CLOSED:
    default:
      break;
    }

  self->n_probes++;

  return self->generation;
}

static void
count_success (SgBreaker *self)
{
  self->n_failures = 0;
  self->n_successes++;
  if (self->state == SG_BREAKER_HALF_OPEN && self->n_successes >= SG_BREAKER_SUCCESSES)
    set_state (self, SG_BREAKER_CLOSED);
}

static void
count_failure (SgBreaker *self)
{
  self->n_failures++;
  if (self->state == SG_BREAKER_HALF_OPEN || self->n_failures >= SG_BREAKER_FAILURES)
    set_state (self, SG_BREAKER_OPEN);
}

/**
 * sg_breaker_leave:
 * @permit: what sg_breaker_enter() returned
 * @outcome: what became of the call
 *
 * Tells what became of a call.
 */
void
sg_breaker_leave (SgBreaker        *self,
                  guint             permit,
                  SgBreakerOutcome  outcome)
{
  g_return_if_fail (SG_IS_BREAKER (self));
  g_return_if_fail (permit != 0);

  if (permit != self->generation)
    return;

  self->n_probes--;
  if (outcome == SG_BREAKER_SUCCESS)
    count_success (self);
  else if (outcome == SG_BREAKER_FAILURE)
    count_failure (self);
}

/**
 * sg_breaker_state_to_string:
 * @state: a state
 *
 * Returns: its name, as spans and metrics have it
 */
const char *
sg_breaker_state_to_string (SgBreakerState state)
{
  static const char *const names[] = {
    [SG_BREAKER_CLOSED] = "closed",
    [SG_BREAKER_OPEN] = "open",
    [SG_BREAKER_HALF_OPEN] = "half-open",
  };

  g_return_val_if_fail (state < G_N_ELEMENTS (names), NULL);

  return names[state];
}
