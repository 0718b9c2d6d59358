/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finds the objects of a plan's `steps` as their last brackets come, which may be seconds before the plan
 * is whole.  Only brackets and strings are followed here; each object is then read and checked like
 * any other.  A step that is none ends it: what comes later would have another number. */

#include "config.h"

#include "engine/sg-plan-stream.h"

#include <string.h>

/* Deeper is only the inside of a step. */
enum
{
  DEPTH_OUTSIDE,
  DEPTH_PLAN,
  DEPTH_STEPS,
};

struct _SgPlanStream
{
  GString   *text;
  GPtrArray *steps;

  /* How far it has been read, and where. */
  gsize      at;
  guint      depth;
  gboolean   in_string;
  gboolean   escaped;
  gboolean   ended;

  /* The last string of the plan itself, which is the name of a member where a colon follows. */
  gsize      string_begin;
  gsize      string_length;
  gboolean   in_steps;
  gsize      step_begin;
};

/**
 * sg_plan_stream_new:
 *
 * Returns: (transfer full): a plan of which nothing is written yet
 */
SgPlanStream *
sg_plan_stream_new (void)
{
  SgPlanStream *self = g_new0 (SgPlanStream, 1);

  self->text = g_string_new (NULL);
  self->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) sg_plan_step_free);

  return self;
}

/**
 * sg_plan_stream_free:
 * @self: (nullable) (transfer full): a plan
 */
void
sg_plan_stream_free (SgPlanStream *self)
{
  if (self == NULL)
    return;

  g_string_free (self->text, TRUE);
  g_ptr_array_unref (self->steps);
  g_free (self);
}

static void
take_step (SgPlanStream *self)
{
  g_autofree char *object =
    g_strndup (self->text->str + self->step_begin, self->at + 1 - self->step_begin);
  SgPlanStep *step = sg_plan_step_new_from_text (object);

  if (step != NULL)
    g_ptr_array_add (self->steps, step);
  self->ended = step == NULL || self->steps->len >= SG_PLAN_MAX_STEPS;
}

static void
open_bracket (SgPlanStream *self,
              char          bracket)
{
  if (self->depth == DEPTH_OUTSIDE && bracket == '[')
    return;

  if (self->depth == DEPTH_STEPS && self->in_steps)
    {
      self->step_begin = self->at;
      /* Not a step, and whatever follows is not to be believed. */
      self->ended = bracket == '[';
    }
  else if (self->depth == DEPTH_PLAN)
    {
      self->in_steps = bracket == '[' && self->string_length == strlen ("steps")
                       && strncmp (self->text->str + self->string_begin, "steps", strlen ("steps")) == 0;
    }
  self->depth++;
}

static void
close_bracket (SgPlanStream *self)
{
  if (self->depth == DEPTH_OUTSIDE)
    return;

  self->depth--;
  if (self->depth == DEPTH_STEPS && self->in_steps)
    take_step (self);
  else if (self->depth == DEPTH_PLAN && self->in_steps)
    self->ended = TRUE;
  else if (self->depth == DEPTH_OUTSIDE)
    self->ended = TRUE;
}

static void
read_in_string (SgPlanStream *self,
                char          byte)
{
  if (self->escaped)
    {
      self->escaped = FALSE;
    }
  else if (byte == '\\')
    {
      self->escaped = TRUE;
    }
  else if (byte == '"')
    {
      self->in_string = FALSE;
      if (self->depth == DEPTH_PLAN)
        self->string_length = self->at - self->string_begin;
    }
}

static void
read_byte (SgPlanStream *self,
           char          byte)
{
  if (self->in_string)
    {
      read_in_string (self, byte);
      return;
    }

  switch (byte)
    {
    case '"':
      /* Quotation marks in the words around the plan are none of its. */
      self->in_string = self->depth > DEPTH_OUTSIDE;
      if (self->depth == DEPTH_PLAN)
        self->string_begin = self->at + 1;
      break;

    case '{':
    case '[':
      open_bracket (self, byte);
      break;

    case '}':
    case ']':
      close_bracket (self);
      break;

    default:
      break;
    }
}

/**
 * sg_plan_stream_push:
 * @text: what has just been written
 * @length: its length in bytes
 */
void
sg_plan_stream_push (SgPlanStream *self,
                     const char   *text,
                     gsize         length)
{
  g_return_if_fail (self != NULL);

  g_string_append_len (self->text, text, (gssize) length);
  for (; self->at < self->text->len && !self->ended; self->at++)
    read_byte (self, self->text->str[self->at]);
}

/**
 * sg_plan_stream_get_n_steps:
 *
 * Returns: how many steps are complete
 */
guint
sg_plan_stream_get_n_steps (SgPlanStream *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->steps->len;
}

/**
 * sg_plan_stream_get_step:
 * @position: a position, from 0
 *
 * Returns: (transfer none): the step
 */
const SgPlanStep *
sg_plan_stream_get_step (SgPlanStream *self,
                         guint         position)
{
  g_return_val_if_fail (self != NULL && position < self->steps->len, NULL);

  return g_ptr_array_index (self->steps, position);
}

/**
 * sg_plan_stream_agrees:
 * @n_steps: a number of steps
 * @plan: the whole plan
 *
 * Returns: whether the first @n_steps of the plan are those that were seen while it was written: a plan that
 *   says a thing twice may mean another
 */
gboolean
sg_plan_stream_agrees (SgPlanStream *self,
                       guint         n_steps,
                       const SgPlan *plan)
{
  g_return_val_if_fail (self != NULL && n_steps <= self->steps->len, FALSE);
  g_return_val_if_fail (plan != NULL, FALSE);

  if (n_steps > plan->steps->len)
    return FALSE;

  for (guint i = 0; i < n_steps; i++)
    {
      const SgPlanStep *seen = g_ptr_array_index (self->steps, i);
      const SgPlanStep *step = g_ptr_array_index (plan->steps, i);

      if (!g_str_equal (seen->tool, step->tool) || !g_str_equal (seen->arguments, step->arguments))
        return FALSE;
    }

  return TRUE;
}
