/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store/sg-path.h"

/**
 * sg_path_copy:
 *
 * Returns: (transfer full) (nullable): a copy
 */
SgPath *
sg_path_copy (const SgPath *self)
{
  SgPath *copy;

  if (self == NULL)
    return NULL;

  copy = g_new (SgPath, 1);
  *copy = *self;
  copy->segments = g_array_copy (self->segments);

  return copy;
}

void
sg_path_free (SgPath *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->segments);
  g_free (self);
}

/* The segment at @depth, by halving: a path of a story that forks every turn has as many
 * segments as turns. */
static const SgPathSegment *
find_segment (const SgPath *self,
              gint64        depth)
{
  guint low = 0;
  guint high = self->segments->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const SgPathSegment *segment = &g_array_index (self->segments, SgPathSegment, middle);

      if (depth < segment->first)
        high = middle;
      else if (depth > segment->last)
        low = middle + 1;
      else
        return segment;
    }

  return NULL;
}

/**
 * sg_path_owner:
 * @depth: a depth
 *
 * Returns: the branch that the turn at @depth belongs to, or 0 where the path has none
 */
gint64
sg_path_owner (const SgPath *self,
               gint64        depth)
{
  const SgPathSegment *segment;

  g_return_val_if_fail (self != NULL, 0);

  segment = find_segment (self, depth);

  return segment != NULL ? segment->branch : 0;
}

/**
 * sg_path_contains:
 * @branch: a branch
 * @depth: a depth
 *
 * Returns: whether the turn at that very branch and depth lies on the path
 */
gboolean
sg_path_contains (const SgPath *self,
                  gint64        branch,
                  gint64        depth)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return branch != 0 && sg_path_owner (self, depth) == branch;
}

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
