/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "llm/sg-limiter.h"

G_BEGIN_DECLS

/* Model calls at once, to one server. */
#define SG_GATE_SLOTS 3

/**
 * SgGateReason:
 * @SG_GATE_SLOT: as many calls as are allowed are under way; nobody knows how long
 * @SG_GATE_REQUESTS: the requests of this minute are used up
 * @SG_GATE_TOKENS: its tokens are
 * @SG_GATE_PAUSE: the server has asked not to be asked for a while
 *
 * Why a call waits.
 */
typedef enum
{
  SG_GATE_SLOT,
  SG_GATE_REQUESTS,
  SG_GATE_TOKENS,
  SG_GATE_PAUSE,
} SgGateReason;

/**
 * SgGatePriority:
 * @SG_GATE_FIRST: the player waits for it
 * @SG_GATE_LATER: it has time
 */
typedef enum
{
  SG_GATE_FIRST,
  SG_GATE_LATER,
} SgGatePriority;

/**
 * SgGateEntry:
 * @priority: who goes first
 * @tokens: how many tokens the call is going to take, about
 * @admitted: called once, when the call may be made; it then holds a slot until sg_gate_leave()
 * @waiting: called when it has to wait, and when the reason changes; @wait_us is 0 where it is not known
 * @user_data: data for both
 * @n_slots: up to how many calls there may be under way with this one, where that is more than the gate allows
 *   by itself; 0 for no more than that
 *
 * One call that wants to be made.
 */
typedef struct
{
  SgGatePriority  priority;
  gint64          tokens;
  void          (*admitted) (gpointer      user_data);
  void          (*waiting)  (SgGateReason  reason,
                             gint64        wait_us,
                             gpointer      user_data);
  gpointer        user_data;
  guint           n_slots;
} SgGateEntry;

/**
 * SgGate:
 *
 * Where the calls to a server line up: so many at once pass, no faster than its limiter allows, and those
 * that the player waits for before the others.
 */
#define SG_TYPE_GATE (sg_gate_get_type ())

G_DECLARE_FINAL_TYPE (SgGate, sg_gate, SG, GATE, GObject)

SgGate    *sg_gate_new           (SgClock           *clock) G_GNUC_WARN_UNUSED_RESULT;
SgLimiter *sg_gate_get_limiter   (SgGate            *self);
void       sg_gate_set_n_slots   (SgGate            *self,
                                  guint              n_slots);
guint      sg_gate_get_n_inside  (SgGate            *self);
guint      sg_gate_get_n_waiting (SgGate            *self);

gboolean   sg_gate_is_free       (SgGate            *self,
                                  gint64             tokens);
guint      sg_gate_enter         (SgGate            *self,
                                  const SgGateEntry *entry);
void       sg_gate_withdraw      (SgGate            *self,
                                  guint              ticket);
void       sg_gate_leave         (SgGate            *self);
void       sg_gate_look_again    (SgGate            *self);

G_END_DECLS
