/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Slots and limiter have one queue and not one each: a call that has passed the limiter and then waits for a
 * slot would have taken its tokens from one that could go. */

#include "config.h"

#include "llm/sg-gate.h"

typedef struct
{
  SgGateEntry  entry;
  guint        ticket;
  gboolean     told;
  SgGateReason reason;
} Waiting;

struct _SgGate
{
  GObject    parent_instance;

  SgClock   *clock;
  SgLimiter *limiter;
  guint      n_slots;
  guint      n_inside;
  guint      last_ticket;
  guint      timer;

  /* Those that come first, first. */
  GPtrArray *queue;
  gboolean   moving;
  gboolean   again;
};

G_DEFINE_FINAL_TYPE (SgGate, sg_gate, G_TYPE_OBJECT)

static void
sg_gate_finalize (GObject *object)
{
  SgGate *self = SG_GATE (object);

  sg_clock_clear_timer (self->clock, &self->timer);
  g_ptr_array_unref (self->queue);
  g_clear_object (&self->limiter);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (sg_gate_parent_class)->finalize (object);
}

static void
sg_gate_class_init (SgGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_gate_finalize;
}

static void
sg_gate_init (SgGate *self)
{
  self->n_slots = SG_GATE_SLOTS;
  self->queue = g_ptr_array_new_with_free_func (g_free);
}

/**
 * sg_gate_new:
 * @clock: what tells it the time
 *
 * Returns: (transfer full): a gate with %SG_GATE_SLOTS slots and no limits
 */
SgGate *
sg_gate_new (SgClock *clock)
{
  SgGate *self;

  g_return_val_if_fail (SG_IS_CLOCK (clock), NULL);

  self = g_object_new (SG_TYPE_GATE, NULL);
  self->clock = g_object_ref (clock);
  self->limiter = sg_limiter_new (clock);

  return self;
}

/**
 * sg_gate_get_limiter:
 *
 * Returns: (transfer none): what says how fast calls pass; call sg_gate_look_again() after a change
 */
SgLimiter *
sg_gate_get_limiter (SgGate *self)
{
  g_return_val_if_fail (SG_IS_GATE (self), NULL);

  return self->limiter;
}

/**
 * sg_gate_get_n_inside:
 *
 * Returns: how many calls are under way
 */
guint
sg_gate_get_n_inside (SgGate *self)
{
  g_return_val_if_fail (SG_IS_GATE (self), 0);

  return self->n_inside;
}

/**
 * sg_gate_get_n_waiting:
 *
 * Returns: how many calls wait to be made
 */
guint
sg_gate_get_n_waiting (SgGate *self)
{
  g_return_val_if_fail (SG_IS_GATE (self), 0);

  return self->queue->len;
}

/* Whether the call that is next could go now. */
static gboolean
may_pass (SgGate       *self,
          gint64        tokens,
          guint         n_slots,
          SgGateReason *reason,
          gint64       *wait_us)
{
  static const SgGateReason reasons[] = {
    [SG_LIMITER_REQUESTS] = SG_GATE_REQUESTS,
    [SG_LIMITER_TOKENS] = SG_GATE_TOKENS,
    [SG_LIMITER_PAUSE] = SG_GATE_PAUSE,
  };
  SgLimiterReason limit = sg_limiter_check (self->limiter, tokens, wait_us);

  if (limit != SG_LIMITER_FREE)
    {
      *reason = reasons[limit];
      return FALSE;
    }

  *reason = SG_GATE_SLOT;

  return self->n_inside < MAX (n_slots, self->n_slots);
}

/**
 * sg_gate_is_free:
 * @tokens: how many tokens a call is going to take, about
 *
 * Returns: whether it would be let in at once
 */
gboolean
sg_gate_is_free (SgGate *self,
                 gint64  tokens)
{
  SgGateReason reason;
  gint64 wait_us;

  g_return_val_if_fail (SG_IS_GATE (self), FALSE);

  return self->queue->len == 0 && may_pass (self, tokens, 0, &reason, &wait_us);
}

/* A call behind the first one waits for as long as that one, and then some. */
static void
tell_waiting (SgGate       *self,
              SgGateReason  reason,
              gint64        wait_us)
{
  for (guint i = 0; i < self->queue->len; i++)
    {
      Waiting *waiting = g_ptr_array_index (self->queue, i);

      if (waiting->told && waiting->reason == reason)
        continue;

      waiting->told = TRUE;
      waiting->reason = reason;
      waiting->entry.waiting (reason, wait_us, waiting->entry.user_data);
    }
}

static void move_on (SgGate *self);

static void
timer_cb (gpointer user_data)
{
  SgGate *self = user_data;

  self->timer = 0;
  move_on (self);
}

/* Lets in those who may go, and tells the others why they wait. */
static void
let_in (SgGate *self)
{
  SgGateReason reason;
  gint64 wait_us;

  while (self->queue->len > 0)
    {
      Waiting *next = g_ptr_array_index (self->queue, 0);
      SgGateEntry entry = next->entry;

      if (!may_pass (self, entry.tokens, entry.n_slots, &reason, &wait_us))
        {
          if (wait_us > 0 && self->timer == 0)
            self->timer = sg_clock_add_timer (self->clock, wait_us, timer_cb, self);
          tell_waiting (self, reason, wait_us);
          break;
        }

      g_ptr_array_remove_index (self->queue, 0);
      self->n_inside++;
      sg_limiter_take (self->limiter, entry.tokens);
      entry.admitted (entry.user_data);
    }
}

/* What is called may come back to here, so there is one such loop at a time. */
static void
move_on (SgGate *self)
{
  self->again = TRUE;
  if (self->moving)
    return;

  self->moving = TRUE;
  g_object_ref (self);
  while (self->again)
    {
      self->again = FALSE;
      sg_clock_clear_timer (self->clock, &self->timer);
      let_in (self);
    }
  self->moving = FALSE;
  g_object_unref (self);
}

/**
 * sg_gate_set_n_slots:
 * @n_slots: how many calls may be under way at once, at least 1
 */
void
sg_gate_set_n_slots (SgGate *self,
                     guint   n_slots)
{
  g_return_if_fail (SG_IS_GATE (self));
  g_return_if_fail (n_slots > 0);

  self->n_slots = n_slots;
}

/**
 * sg_gate_enter:
 * @entry: the call; copied
 *
 * Lines a call up.  Where nothing is in the way it is admitted before this returns.
 *
 * Returns: a ticket for sg_gate_withdraw()
 */
guint
sg_gate_enter (SgGate            *self,
               const SgGateEntry *entry)
{
  Waiting *waiting;
  guint position;
  guint ticket;

  g_return_val_if_fail (SG_IS_GATE (self), 0);
  g_return_val_if_fail (entry->admitted != NULL && entry->waiting != NULL, 0);

  waiting = g_new0 (Waiting, 1);
  waiting->entry = *entry;
  waiting->ticket = ticket = ++self->last_ticket;
  for (position = self->queue->len; position > 0; position--)
    {
      const Waiting *before = g_ptr_array_index (self->queue, position - 1);

      if (before->entry.priority <= entry->priority)
        break;
    }
  g_ptr_array_insert (self->queue, (int) position, waiting);
  move_on (self);

  return ticket;
}

/**
 * sg_gate_withdraw:
 * @ticket: what sg_gate_enter() returned
 *
 * Takes a call that waits out of the line.  One that was admitted leaves with sg_gate_leave().
 */
void
sg_gate_withdraw (SgGate *self,
                  guint   ticket)
{
  g_return_if_fail (SG_IS_GATE (self));

  for (guint i = 0; i < self->queue->len; i++)
    {
      if (((Waiting *) g_ptr_array_index (self->queue, i))->ticket == ticket)
        {
          g_ptr_array_remove_index (self->queue, i);
          move_on (self);
          return;
        }
    }
}

/**
 * sg_gate_leave:
 *
 * A call that was admitted has ended.
 */
void
sg_gate_leave (SgGate *self)
{
  g_return_if_fail (SG_IS_GATE (self));
  g_return_if_fail (self->n_inside > 0);

  self->n_inside--;
  move_on (self);
}

/**
 * sg_gate_look_again:
 *
 * Limits have changed: whoever waits for them may be able to go.
 */
void
sg_gate_look_again (SgGate *self)
{
  g_return_if_fail (SG_IS_GATE (self));

  move_on (self);
}
