/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-breaker.h"
#include "llm/sg-gate.h"
#include "llm/sg-model.h"

G_BEGIN_DECLS

/**
 * SgFault:
 * @name: its short name, as spans have it
 * @status: the HTTP status, or 0
 * @again: whether the same server may be asked again in a while
 * @elsewhere: whether another server may do better
 * @loading: whether the server is all right, and only has to load its model
 * @outcome: what it says of the server
 * @retry_after_us: how long the server wants not to be asked, in microseconds, or -1
 *
 * What an error of a model means for what is done next.
 */
typedef struct
{
  const char      *name;
  int              status;
  gboolean         again;
  gboolean         elsewhere;
  gboolean         loading;
  SgBreakerOutcome outcome;
  gint64           retry_after_us;
} SgFault;

void    sg_fault_read               (SgFault       *fault,
                                     const GError  *error);
char   *sg_fault_dup_sentence       (const SgFault *fault,
                                     gint64         wait_us,
                                     guint          attempt,
                                     guint          n_attempts) G_GNUC_WARN_UNUSED_RESULT;
char   *sg_gate_reason_dup_sentence (SgGateReason   reason,
                                     gint64         wait_us) G_GNUC_WARN_UNUSED_RESULT;
const char *sg_gate_reason_to_string (SgGateReason  reason);

void    sg_fault_tell_attempts      (GError        *error,
                                     guint          n_attempts);
void    sg_fault_tell_long_wait     (GError        *error,
                                     gint64         wait_us);
void    sg_fault_tell_fallback      (GError        *error,
                                     const GError  *of_fallback);
GError *sg_fault_make_paused        (const char    *server,
                                     gint64         wait_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
