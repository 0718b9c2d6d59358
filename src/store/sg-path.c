/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store/sg-path.h"

static SgPathSegment *
last_segment (SgPath *self)
{
  if (self->segments->len == 0)
    return NULL;

  return &g_array_index (self->segments, SgPathSegment, self->segments->len - 1);
}

/**
 * sg_path_append:
 * @branch: the branch that a turn was added to
 * @depth: its depth, one more than that of @self
 *
 * Makes the path lead to a turn that follows its end.
 */
void
sg_path_append (SgPath *self,
                gint64  branch,
                gint64  depth)
{
  SgPathSegment fresh = { branch, depth, depth };
  SgPathSegment *last;

  g_return_if_fail (self != NULL);
  g_return_if_fail (depth == self->depth + 1);

  last = last_segment (self);
  if (last != NULL && last->branch == branch)
    {
      last->last = depth;
    }
  else
    {
      /* A branch that was forked and never told anything leaves no trace on the path. */
      if (last != NULL && last->last < last->first)
        g_array_set_size (self->segments, self->segments->len - 1);
      g_array_append_val (self->segments, fresh);
    }

  self->branch = branch;
  self->depth = depth;
}

/**
 * sg_path_truncate:
 * @depth: a depth on the path
 *
 * Makes the path end at one of its turns.
 */
void
sg_path_truncate (SgPath *self,
                  gint64  depth)
{
  SgPathSegment *last;

  g_return_if_fail (self != NULL);
  g_return_if_fail (depth >= 0 && depth <= self->depth);

  while ((last = last_segment (self)) != NULL && last->first > depth)
    g_array_set_size (self->segments, self->segments->len - 1);

  g_return_if_fail (last != NULL);

  last->last = MIN (last->last, depth);
  self->branch = last->branch;
  self->depth = depth;
}
