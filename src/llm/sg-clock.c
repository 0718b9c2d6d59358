/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-clock.h"

typedef struct
{
  SgClock     *clock;
  guint        id;
  gint64       due;
  SgClockFunc  func;
  gpointer     user_data;
  /* Of a real clock. */
  GSource     *source;
} Timer;

struct _SgClock
{
  GObject    parent_instance;

  gboolean   manual;
  gint64     now;
  guint      last_id;
  /* Those that are not due yet, the next one first; of two at the same time, the one that was added first. */
  GPtrArray *timers;
};

G_DEFINE_FINAL_TYPE (SgClock, sg_clock, G_TYPE_OBJECT)

static void
timer_free (gpointer data)
{
  Timer *timer = data;

  if (timer->source != NULL)
    {
      g_source_destroy (timer->source);
      g_source_unref (timer->source);
    }
  g_free (timer);
}

static void
sg_clock_finalize (GObject *object)
{
  g_ptr_array_unref (SG_CLOCK (object)->timers);

  G_OBJECT_CLASS (sg_clock_parent_class)->finalize (object);
}

static void
sg_clock_class_init (SgClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_clock_finalize;
}

static void
sg_clock_init (SgClock *self)
{
  self->timers = g_ptr_array_new_with_free_func (timer_free);
}

/**
 * sg_clock_new:
 *
 * Returns: (transfer full): the real clock; its timers run on the main context of the thread that adds them
 */
SgClock *
sg_clock_new (void)
{
  return g_object_new (SG_TYPE_CLOCK, NULL);
}

/**
 * sg_clock_new_manual:
 *
 * Returns: (transfer full): a clock that stands until sg_clock_advance() moves it
 */
SgClock *
sg_clock_new_manual (void)
{
  SgClock *self = g_object_new (SG_TYPE_CLOCK, NULL);

  self->manual = TRUE;
  self->now = G_USEC_PER_SEC;

  return self;
}

/**
 * sg_clock_get_time:
 *
 * Returns: the time, in microseconds since some moment that does not change
 */
gint64
sg_clock_get_time (SgClock *self)
{
  g_return_val_if_fail (SG_IS_CLOCK (self), 0);

  return self->manual ? self->now : g_get_monotonic_time ();
}

/* The timer is gone before its function runs, which may add others or end whatever asked for it. */
static void
fire (SgClock *self,
      guint    position)
{
  Timer *timer = g_ptr_array_steal_index (self->timers, position);
  SgClockFunc func = timer->func;
  gpointer user_data = timer->user_data;

  timer_free (timer);
  func (user_data);
}

static gboolean
due_cb (gpointer user_data)
{
  Timer *timer = user_data;
  SgClock *self = timer->clock;
  guint position;

  if (g_ptr_array_find (self->timers, timer, &position))
    fire (self, position);

  return G_SOURCE_REMOVE;
}

static gboolean
dispatch_timer (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch_timer };

/* A timeout of GLib counts milliseconds; the ready time of a source counts microseconds. */
static void
attach_source (Timer *timer)
{
  timer->source = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (timer->source, "storyglass: clock");
  g_source_set_callback (timer->source, due_cb, timer, NULL);
  g_source_set_ready_time (timer->source, timer->due);
  g_source_attach (timer->source, g_main_context_get_thread_default ());
}

/**
 * sg_clock_add_timer:
 * @wait_us: how long to wait, in microseconds; 0 for the next turn of the main loop, or the next
 *   sg_clock_advance()
 * @func: what to call then, once
 * @user_data: data for @func; it has to live until then, or until the timer is removed
 *
 * Returns: the number of the timer, never 0
 */
guint
sg_clock_add_timer (SgClock     *self,
                    gint64       wait_us,
                    SgClockFunc  func,
                    gpointer     user_data)
{
  Timer *timer;
  guint position;

  g_return_val_if_fail (SG_IS_CLOCK (self), 0);
  g_return_val_if_fail (func != NULL, 0);

  timer = g_new0 (Timer, 1);
  timer->clock = self;
  timer->id = ++self->last_id;
  timer->due = sg_clock_get_time (self) + MAX (wait_us, 0);
  timer->func = func;
  timer->user_data = user_data;

  for (position = self->timers->len; position > 0; position--)
    {
      if (((Timer *) g_ptr_array_index (self->timers, position - 1))->due <= timer->due)
        break;
    }
  g_ptr_array_insert (self->timers, (int) position, timer);
  if (!self->manual)
    attach_source (timer);

  return timer->id;
}

/**
 * sg_clock_remove_timer:
 * @timer: a timer, which may be over
 *
 * Forgets a timer.
 */
void
sg_clock_remove_timer (SgClock *self,
                       guint    timer)
{
  g_return_if_fail (SG_IS_CLOCK (self));

  for (guint i = 0; i < self->timers->len; i++)
    {
      if (((Timer *) g_ptr_array_index (self->timers, i))->id == timer)
        {
          g_ptr_array_remove_index (self->timers, i);
          return;
        }
    }
}

/**
 * sg_clock_clear_timer:
 * @timer: (inout): a timer, or 0 for none
 *
 * Forgets a timer, and sets it to 0.
 */
void
sg_clock_clear_timer (SgClock *self,
                      guint   *timer)
{
  if (*timer != 0)
    sg_clock_remove_timer (self, *timer);
  *timer = 0;
}

/**
 * sg_clock_advance:
 * @time_us: by how much, in microseconds
 *
 * Moves a manual clock on.  What becomes due on the way is called in its order, each at its own time.
 */
void
sg_clock_advance (SgClock *self,
                  gint64   time_us)
{
  gint64 end;

  g_return_if_fail (SG_IS_CLOCK (self));
  g_return_if_fail (self->manual);
  g_return_if_fail (time_us >= 0);

  g_object_ref (self);
  end = self->now + time_us;
  while (self->timers->len > 0)
    {
      const Timer *next = g_ptr_array_index (self->timers, 0);

      if (next->due > end)
        break;
      self->now = MAX (self->now, next->due);
      fire (self, 0);
    }
  self->now = MAX (self->now, end);
  g_object_unref (self);
}

/**
 * sg_clock_get_next_timer:
 *
 * Returns: how long it is to the next timer, in microseconds, or -1 where there is none
 */
gint64
sg_clock_get_next_timer (SgClock *self)
{
  g_return_val_if_fail (SG_IS_CLOCK (self), -1);

  if (self->timers->len == 0)
    return -1;

  return MAX (0, ((Timer *) g_ptr_array_index (self->timers, 0))->due - sg_clock_get_time (self));
}
