/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The small sentences in which scenarios ask about the world and change it: `lamp.lit and at crypt`,
 * `mira.trust += 1`.  This file only reads them; what they mean is in sg-view.c and in the storyteller.
 * The language is described in data/scenarios/README.md. */

typedef enum
{
  SG_CONDITION_TRUE,
  SG_CONDITION_FALSE,
  SG_CONDITION_ALL,
  SG_CONDITION_ANY,
  SG_CONDITION_NOT,
  SG_CONDITION_TRUTH,
  SG_CONDITION_COMPARE,
  SG_CONDITION_IN,
  SG_CONDITION_AT,
  SG_CONDITION_HAS,
  SG_CONDITION_HERE,
  SG_CONDITION_VISITED,
  SG_CONDITION_TOLD,
  SG_CONDITION_DONE,
  SG_CONDITION_FAILED,
  SG_CONDITION_HAPPENED,
  SG_CONDITION_DARK,
  SG_CONDITION_CHANCE,
} SgConditionType;

typedef enum
{
  SG_COMPARE_EQ,
  SG_COMPARE_NE,
  SG_COMPARE_LT,
  SG_COMPARE_LE,
  SG_COMPARE_GT,
  SG_COMPARE_GE,
} SgCompare;

typedef enum
{
  SG_OPERAND_NULL,
  SG_OPERAND_BOOLEAN,
  SG_OPERAND_NUMBER,
  SG_OPERAND_WORD,
  SG_OPERAND_FACT,
} SgOperandType;

/**
 * SgOperand:
 * @text: the word, or the entity of a fact
 * @attribute: (nullable): the attribute of a fact
 * @number: the number, or whether it is true
 */
typedef struct
{
  SgOperandType  type;
  char          *text;
  char          *attribute;
  gint64         number;
} SgOperand;

typedef struct _SgCondition SgCondition;

/**
 * SgCondition:
 * @entity: (nullable): what it asks about; of SG_CONDITION_TOLD the person
 * @attribute: (nullable): what of it; of SG_CONDITION_TOLD the topic
 * @operands: (nullable) (element-type SgOperand): what it is compared with; of SG_CONDITION_AT the places
 * @children: (nullable) (element-type SgCondition): of all, any and not
 * @number: of SG_CONDITION_CHANCE, in percent
 */
struct _SgCondition
{
  SgConditionType  type;
  SgCompare        compare;
  char            *entity;
  char            *attribute;
  GPtrArray       *operands;
  GPtrArray       *children;
  gint64           number;
};

SgCondition *sg_condition_parse (const char   *text,
                                 GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void         sg_condition_free  (SgCondition  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgCondition, sg_condition_free)

typedef enum
{
  SG_EFFECT_SET,
  SG_EFFECT_ADD,
  SG_EFFECT_GIVE,
  SG_EFFECT_MOVE,
  SG_EFFECT_REMOVE,
  SG_EFFECT_REVEAL,
  SG_EFFECT_ADVANCE,
  SG_EFFECT_OPEN,
  SG_EFFECT_DONE,
  SG_EFFECT_FAIL,
  SG_EFFECT_END,
} SgEffectType;

/**
 * SgEffect:
 * @entity: what it changes; of SG_EFFECT_END the ending
 * @attribute: (nullable): what of it
 * @target: (nullable): of SG_EFFECT_MOVE where to
 * @operand: (nullable): of SG_EFFECT_SET the value
 * @number: of SG_EFFECT_ADD and SG_EFFECT_ADVANCE by how much
 */
typedef struct
{
  SgEffectType  type;
  char         *entity;
  char         *attribute;
  char         *target;
  SgOperand    *operand;
  gint64        number;
} SgEffect;

SgEffect    *sg_effect_parse    (const char   *text,
                                 GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void         sg_effect_free     (SgEffect     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SgEffect, sg_effect_free)

G_END_DECLS
