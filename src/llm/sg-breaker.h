/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-clock.h"

G_BEGIN_DECLS

/* It opens after so many failures in a row, tries again after so long, and closes after so many successes. */
#define SG_BREAKER_FAILURES  5
#define SG_BREAKER_OPEN_US   (60 * G_USEC_PER_SEC)
#define SG_BREAKER_SUCCESSES 2

/**
 * SgBreakerState:
 * @SG_BREAKER_CLOSED: calls pass
 * @SG_BREAKER_OPEN: calls are refused: what they go to has failed again and again
 * @SG_BREAKER_HALF_OPEN: one call at a time passes, to find out
 */
typedef enum
{
  SG_BREAKER_CLOSED,
  SG_BREAKER_OPEN,
  SG_BREAKER_HALF_OPEN,
} SgBreakerState;

/**
 * SgBreakerOutcome:
 * @SG_BREAKER_SUCCESS: what was called did what it should
 * @SG_BREAKER_FAILURE: it did not
 * @SG_BREAKER_NEITHER: that cannot be said: the call was cancelled, or its fault was the caller's
 */
typedef enum
{
  SG_BREAKER_SUCCESS,
  SG_BREAKER_FAILURE,
  SG_BREAKER_NEITHER,
} SgBreakerOutcome;

/**
 * SgBreaker:
 *
 * Keeps calls from what has failed again and again, a server or a tool: they would only fail once more, late.
 *
 * Each call asks with sg_breaker_enter(), and tells with sg_breaker_leave() what became of it.
 */
#define SG_TYPE_BREAKER (sg_breaker_get_type ())

G_DECLARE_FINAL_TYPE (SgBreaker, sg_breaker, SG, BREAKER, GObject)

SgBreaker     *sg_breaker_new             (SgClock          *clock) G_GNUC_WARN_UNUSED_RESULT;
SgBreakerState sg_breaker_get_state       (SgBreaker        *self);
gint64         sg_breaker_get_wait        (SgBreaker        *self);
guint          sg_breaker_get_trips       (SgBreaker        *self);

guint          sg_breaker_enter           (SgBreaker        *self,
                                           gboolean          by_player);
void           sg_breaker_leave           (SgBreaker        *self,
                                           guint             permit,
                                           SgBreakerOutcome  outcome);

const char    *sg_breaker_state_to_string (SgBreakerState    state);

G_END_DECLS
