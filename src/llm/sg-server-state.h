/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "llm/sg-breaker.h"
#include "llm/sg-gate.h"

G_BEGIN_DECLS

/**
 * SgServerState:
 *
 * What is known of a server while the program runs, shared by all who call it: whether it works, how fast
 * it may be called, and how many calls are under way.
 */
#define SG_TYPE_SERVER_STATE (sg_server_state_get_type ())

G_DECLARE_FINAL_TYPE (SgServerState, sg_server_state, SG, SERVER_STATE, GObject)

SgServerState *sg_server_state_new          (SgClock            *clock) G_GNUC_WARN_UNUSED_RESULT;
SgClock       *sg_server_state_get_clock    (SgServerState      *self);
SgBreaker     *sg_server_state_get_breaker  (SgServerState      *self);
SgGate        *sg_server_state_get_gate     (SgServerState      *self);

void           sg_server_state_note_headers (SgServerState      *self,
                                             SoupMessageHeaders *headers);

G_END_DECLS
