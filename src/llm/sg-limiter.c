/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "llm/sg-limiter.h"

#include <math.h>
#include <string.h>

#define MINUTE (60 * (gint64) G_USEC_PER_SEC)

/* How much of what the server states is used: its clock and its count are not quite ours. */
#define SHARE 0.9

/* What a server says of its own buckets is believed for no longer than this. */
#define MAX_RESET MINUTE

/* A token bucket: it holds as much as a minute allows, is full at the beginning, and fills again evenly.
 * A server that counts the same way never turns such a client away. */
typedef struct
{
  double  size;
  double  level;
  gint64  filled;

  /* What the server itself says is left, and when it will be as much as it allows; -1 where it did not. */
  gint64  told_limit;
  gint64  told_remaining;
  gint64  told_at;
  gint64  told_full_at;
} Bucket;

struct _SgLimiter
{
  GObject  parent_instance;

  SgClock *clock;
  Bucket   buckets[2];
  gint64   limits[2];
  gint64   paused_until;
};

G_DEFINE_FINAL_TYPE (SgLimiter, sg_limiter, G_TYPE_OBJECT)

static void
sg_limiter_finalize (GObject *object)
{
  g_clear_object (&SG_LIMITER (object)->clock);

  G_OBJECT_CLASS (sg_limiter_parent_class)->finalize (object);
}

static void
sg_limiter_class_init (SgLimiterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sg_limiter_finalize;
}

static void
sg_limiter_init (SgLimiter *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->buckets); i++)
    self->buckets[i].told_remaining = -1;
}

/**
 * sg_limiter_new:
 * @clock: what tells it the time
 *
 * Returns: (transfer full): a limiter without limits
 */
SgLimiter *
sg_limiter_new (SgClock *clock)
{
  SgLimiter *self;

  g_return_val_if_fail (SG_IS_CLOCK (clock), NULL);

  self = g_object_new (SG_TYPE_LIMITER, NULL);
  self->clock = g_object_ref (clock);

  return self;
}

static void
fill (Bucket *bucket,
      gint64  now)
{
  double gained = bucket->size * (double) (now - bucket->filled) / MINUTE;

  bucket->level = MIN (bucket->size, bucket->level + gained);
  bucket->filled = now;
}

static void
set_limit (SgLimiter     *self,
           SgLimiterKind  kind,
           gint64         limit)
{
  Bucket *bucket = &self->buckets[kind];
  gint64 now = sg_clock_get_time (self->clock);
  double size = limit > 0 ? limit * SHARE : 0;
  double used;

  if (self->limits[kind] == limit)
    return;

  /* One request a minute is still one. */
  if (limit > 0 && kind == SG_LIMITER_OF_REQUESTS)
    size = MAX (1, size);

  /* What was used already counts towards the new limit, also where there was none for a while. */
  fill (bucket, now);
  used = bucket->size - bucket->level;
  self->limits[kind] = limit;
  if (limit == 0)
    return;

  bucket->size = size;
  bucket->level = size - MIN (used, size);
  bucket->filled = now;
}

/**
 * sg_limiter_set_limits:
 * @requests: how many requests a minute the server allows, or 0 for no limit
 * @tokens: how many tokens a minute, or 0 for no limit
 *
 * Sets what the server is known to allow; 90 % of it is used.
 */
void
sg_limiter_set_limits (SgLimiter *self,
                       gint64     requests,
                       gint64     tokens)
{
  g_return_if_fail (SG_IS_LIMITER (self));
  g_return_if_fail (requests >= 0 && tokens >= 0);

  set_limit (self, SG_LIMITER_OF_REQUESTS, requests);
  set_limit (self, SG_LIMITER_OF_TOKENS, tokens);
}

static gboolean
is_told (const Bucket *bucket)
{
  return bucket->told_remaining >= 0;
}

/**
 * sg_limiter_counts_tokens:
 *
 * Returns: whether it matters how many tokens a call takes, so that it is worth estimating them
 */
gboolean
sg_limiter_counts_tokens (SgLimiter *self)
{
  g_return_val_if_fail (SG_IS_LIMITER (self), FALSE);

  return self->limits[SG_LIMITER_OF_TOKENS] > 0 || is_told (&self->buckets[SG_LIMITER_OF_TOKENS]);
}

static gint64
wait_for_level (SgLimiter     *self,
                SgLimiterKind  kind,
                gint64         needed,
                gint64         now)
{
  Bucket *bucket = &self->buckets[kind];
  double missing;

  if (self->limits[kind] == 0)
    return 0;

  /* What is more than a whole minute allows goes when the bucket is full, and leaves a debt. */
  fill (bucket, now);
  missing = MIN ((double) needed, bucket->size) - bucket->level;

  return missing > 1e-6 ? (gint64) ceil (missing / bucket->size * MINUTE) : 0;
}

/* As the server fills its own bucket: evenly, and full at the moment it said. */
static gint64
wait_for_told (SgLimiter     *self,
               SgLimiterKind  kind,
               gint64         needed,
               gint64         now)
{
  Bucket *bucket = &self->buckets[kind];
  gint64 gap = bucket->told_limit - bucket->told_remaining;
  gint64 ready_at = bucket->told_full_at;

  if (!is_told (bucket) || needed <= bucket->told_remaining)
    return 0;

  if (gap > 0 && needed < bucket->told_limit)
    ready_at = bucket->told_at
               + (gint64) ((double) (bucket->told_full_at - bucket->told_at)
                           * (double) (needed - bucket->told_remaining) / (double) gap);

  return MAX (0, ready_at - now);
}

/**
 * sg_limiter_check:
 * @tokens: how many tokens the call is going to take, about
 * @wait_us: (out): how long it is until the call may be made, in microseconds
 *
 * Returns: what is in the way of a call; of several things the one that takes longest
 */
SgLimiterReason
sg_limiter_check (SgLimiter *self,
                  gint64     tokens,
                  gint64    *wait_us)
{
  SgLimiterReason reason = SG_LIMITER_FREE;
  gint64 needed[2] = { 1, MAX (tokens, 0) };
  gint64 now;

  g_return_val_if_fail (SG_IS_LIMITER (self), SG_LIMITER_FREE);

  *wait_us = 0;
  now = sg_clock_get_time (self->clock);
  for (guint i = 0; i < G_N_ELEMENTS (self->buckets); i++)
    {
      gint64 wait = MAX (wait_for_level (self, i, needed[i], now),
                         wait_for_told (self, i, needed[i], now));

      if (wait > *wait_us)
        {
          *wait_us = wait;
          reason = i == SG_LIMITER_OF_REQUESTS ? SG_LIMITER_REQUESTS : SG_LIMITER_TOKENS;
        }
    }

  if (self->paused_until - now > *wait_us)
    {
      *wait_us = self->paused_until - now;
      reason = SG_LIMITER_PAUSE;
    }

  return reason;
}

static void
take (SgLimiter     *self,
      SgLimiterKind  kind,
      gint64         amount)
{
  Bucket *bucket = &self->buckets[kind];

  if (bucket->size > 0)
    {
      fill (bucket, sg_clock_get_time (self->clock));
      bucket->level -= (double) amount;
    }

  /* It is told anew with the next reply; when the time it was told for is over, it says nothing more. */
  if (is_told (bucket) && sg_clock_get_time (self->clock) >= bucket->told_full_at)
    bucket->told_remaining = -1;
  else if (is_told (bucket))
    bucket->told_remaining = MAX (0, bucket->told_remaining - amount);
}

/**
 * sg_limiter_take:
 * @tokens: how many tokens the call is going to take, about
 *
 * Counts a call that is made now.
 */
void
sg_limiter_take (SgLimiter *self,
                 gint64     tokens)
{
  g_return_if_fail (SG_IS_LIMITER (self));

  take (self, SG_LIMITER_OF_REQUESTS, 1);
  take (self, SG_LIMITER_OF_TOKENS, MAX (tokens, 0));
}

/**
 * sg_limiter_correct:
 * @taken: what was given to sg_limiter_take()
 * @used: what the call took in the end
 *
 * Puts an estimate right.
 */
void
sg_limiter_correct (SgLimiter *self,
                    gint64     taken,
                    gint64     used)
{
  Bucket *bucket;

  g_return_if_fail (SG_IS_LIMITER (self));

  bucket = &self->buckets[SG_LIMITER_OF_TOKENS];
  fill (bucket, sg_clock_get_time (self->clock));
  if (bucket->size > 0)
    bucket->level = MIN (bucket->size, bucket->level + (double) (taken - used));
}

/**
 * sg_limiter_pause:
 * @wait_us: for how long, in microseconds
 *
 * Lets nothing pass for a while: the server has asked for it.
 */
void
sg_limiter_pause (SgLimiter *self,
                  gint64     wait_us)
{
  g_return_if_fail (SG_IS_LIMITER (self));

  self->paused_until = MAX (self->paused_until, sg_clock_get_time (self->clock) + wait_us);
}

/**
 * sg_limiter_end_pause:
 *
 * Ends a pause: the server has answered.
 */
void
sg_limiter_end_pause (SgLimiter *self)
{
  g_return_if_fail (SG_IS_LIMITER (self));

  self->paused_until = 0;
}

/**
 * sg_limiter_learn:
 * @kind: what the server counts
 * @limit: how much it allows, or -1
 * @remaining: how much of it is left
 * @reset_us: in how many microseconds all of it will be there again
 *
 * Learns what a server says with a reply.  Some count by the day and not by the minute, so that this is
 * used only to see that next to nothing is left, and never as a limit.
 */
void
sg_limiter_learn (SgLimiter     *self,
                  SgLimiterKind  kind,
                  gint64         limit,
                  gint64         remaining,
                  gint64         reset_us)
{
  Bucket *bucket;

  g_return_if_fail (SG_IS_LIMITER (self));
  g_return_if_fail (remaining >= 0 && reset_us >= 0);

  bucket = &self->buckets[kind];
  bucket->told_limit = limit;
  bucket->told_remaining = remaining;
  bucket->told_at = sg_clock_get_time (self->clock);
  bucket->told_full_at = bucket->told_at + MIN (reset_us, MAX_RESET);
}

/**
 * sg_limiter_parse_reset:
 * @text: (nullable): the value of an `x-ratelimit-reset-…` header, such as `1s`, `6m0s`, `20ms` or `7.66s`
 *
 * Reads a time as Go prints it, which is how these headers are sent.
 *
 * Returns: microseconds, or -1 where it is no such time
 */
gint64
sg_limiter_parse_reset (const char *text)
{
  const struct
  {
    const char *unit;
    double      us;
  } units[] = { { "ms", 1e3 }, { "us", 1 }, { "µs", 1 }, { "ns", 1e-3 },
                { "h", 3600e6 }, { "m", 60e6 }, { "s", 1e6 } };
  double sum = 0;

  if (text == NULL || *text == '\0')
    return -1;

  while (*text != '\0')
    {
      char *end = NULL;
      double number = g_ascii_strtod (text, &end);
      guint i;

      if (end == text || !(number >= 0 && number < 1e9))
        return -1;

      /* Seconds without a unit are seen as well. */
      if (*end == '\0')
        return (gint64) (sum + number * 1e6);

      for (i = 0; i < G_N_ELEMENTS (units) && !g_str_has_prefix (end, units[i].unit); i++)
        ;
      if (i == G_N_ELEMENTS (units))
        return -1;

      sum += number * units[i].us;
      text = end + strlen (units[i].unit);
    }

  return (gint64) sum;
}
