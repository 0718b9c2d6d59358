/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-clock.h"

G_BEGIN_DECLS

/**
 * SgLimiterReason:
 * @SG_LIMITER_FREE: nothing is in the way
 * @SG_LIMITER_REQUESTS: the requests of this minute are used up
 * @SG_LIMITER_TOKENS: its tokens are
 * @SG_LIMITER_PAUSE: the server has asked not to be asked for a while
 */
typedef enum
{
  SG_LIMITER_FREE,
  SG_LIMITER_REQUESTS,
  SG_LIMITER_TOKENS,
  SG_LIMITER_PAUSE,
} SgLimiterReason;

/**
 * SgLimiterKind:
 * @SG_LIMITER_OF_REQUESTS: what the server counts: requests
 * @SG_LIMITER_OF_TOKENS: likewise tokens
 */
typedef enum
{
  SG_LIMITER_OF_REQUESTS,
  SG_LIMITER_OF_TOKENS,
} SgLimiterKind;

/**
 * SgLimiter:
 *
 * Keeps to what a server allows a minute, rather than be turned away by it.
 */
#define SG_TYPE_LIMITER (sg_limiter_get_type ())

G_DECLARE_FINAL_TYPE (SgLimiter, sg_limiter, SG, LIMITER, GObject)

SgLimiter      *sg_limiter_new           (SgClock         *clock) G_GNUC_WARN_UNUSED_RESULT;
void            sg_limiter_set_limits    (SgLimiter       *self,
                                          gint64           requests,
                                          gint64           tokens);
gboolean        sg_limiter_counts_tokens (SgLimiter       *self);

SgLimiterReason sg_limiter_check         (SgLimiter       *self,
                                          gint64           tokens,
                                          gint64          *wait_us);
void            sg_limiter_take          (SgLimiter       *self,
                                          gint64           tokens);
void            sg_limiter_correct       (SgLimiter       *self,
                                          gint64           taken,
                                          gint64           used);

void            sg_limiter_pause         (SgLimiter       *self,
                                          gint64           wait_us);
void            sg_limiter_end_pause     (SgLimiter       *self);
void            sg_limiter_learn         (SgLimiter       *self,
                                          SgLimiterKind    kind,
                                          gint64           limit,
                                          gint64           remaining,
                                          gint64           reset_us);

gint64          sg_limiter_parse_reset   (const char      *text);

G_END_DECLS
