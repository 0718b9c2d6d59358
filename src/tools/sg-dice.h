/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SG_DICE_MAX_COUNT 100
#define SG_DICE_MAX_SIDES 1000

/**
 * SgDiceRoll:
 * @total: the sum
 * @rolls: (element-type gint): every die as it fell, in order
 * @kept: (element-type gint): those that count; the same as @rolls but where some are dropped
 */
typedef struct
{
  gint64  total;
  GArray *rolls;
  GArray *kept;
} SgDiceRoll;

SgDiceRoll *sg_dice_roll      (const char  *dice,
                               guint64      seed,
                               guint        position,
                               GError     **error) G_GNUC_WARN_UNUSED_RESULT;
void        sg_dice_roll_free (SgDiceRoll  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgDiceRoll, sg_dice_roll_free)

G_END_DECLS
