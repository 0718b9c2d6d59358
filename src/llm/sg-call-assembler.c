/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "llm/sg-call-assembler.h"
#include "llm/sg-utf8-joiner.h"

/**
 * A call that is being put together.  `depth` and the rest follow the brackets of the arguments: when the first
 * one closes, the arguments are whole, and the tool can start while the model is still talking.
 */
typedef struct
{
  int           server_index;
  char         *id;
  char         *name;
  GString      *arguments;
  SgUtf8Joiner  joiner;

  guint         n_announced;
  gboolean      opened;
  gboolean      completed;

  guint         depth;
  gboolean      in_string;
  gboolean      escaped;
  gboolean      whole;
} Call;

struct _SgCallAssembler
{
  SgModelEventFunc  func;
  gpointer          user_data;

  GPtrArray        *calls;
  GString          *scratch;
  guint32           salt;
  guint             n_opened;
  gboolean          overflowed;
};

static void
call_free (Call *call)
{
  g_free (call->id);
  g_free (call->name);
  g_string_free (call->arguments, TRUE);
  g_free (call);
}

/**
 * sg_call_assembler_new:
 * @func: (scope notified): called for the events of the calls
 *
 * Returns: (transfer full): an assembler
 */
SgCallAssembler *
sg_call_assembler_new (SgModelEventFunc func,
                       gpointer         user_data)
{
  SgCallAssembler *self = g_new0 (SgCallAssembler, 1);

  self->func = func;
  self->user_data = user_data;
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) call_free);
  self->scratch = g_string_new (NULL);

  return self;
}

/**
 * sg_call_assembler_free:
 *
 * Frees an assembler.
 */
void
sg_call_assembler_free (SgCallAssembler *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->calls);
  g_string_free (self->scratch, TRUE);
  g_free (self);
}

static void
follow_brackets (Call       *call,
                 const char *text,
                 gsize       length)
{
  for (const char *at = text; at < text + length && !call->whole; at++)
    {
      if (call->escaped)
        call->escaped = FALSE;
      else if (call->in_string)
        {
          call->escaped = *at == '\\';
          call->in_string = *at != '"';
        }
      else if (*at == '"')
        call->in_string = TRUE;
      else if (*at == '{' || *at == '[')
        call->depth++;
      else if ((*at == '}' || *at == ']') && call->depth > 0)
        {
          call->depth--;
          call->whole = call->depth == 0;
        }
    }
}

static void
emit (SgCallAssembler  *self,
      Call             *call,
      SgModelEventType  type,
      const char       *text,
      gsize             length)
{
  SgModelEvent event = { .type = type, .usage = SG_USAGE_INIT };

  event.index = call->n_announced;
  event.id = call->id;
  event.name = call->name;
  event.text = text;
  event.length = length;
  self->func (&event, self->user_data);
}

static void
complete (SgCallAssembler  *self,
          Call             *call,
          SgModelEventType  type)
{
  if (call->completed || !call->opened)
    return;

  call->completed = TRUE;
  if (call->arguments->len == 0 && type == SG_MODEL_EVENT_TOOL_COMPLETE)
    emit (self, call, type, "{}", 2);
  else
    emit (self, call, type, call->arguments->str, call->arguments->len);
}

/* An id has to tell a call from all others of the story's prompt, so that a count is not enough. */
static char *
make_id (SgCallAssembler *self)
{
  while (self->salt == 0)
    self->salt = g_random_int ();

  return g_strdup_printf ("call_%08x_%u", self->salt, self->n_opened);
}

static void
open_call (SgCallAssembler *self,
           Call            *call)
{
  /* A call that came without arguments is whole when the next one opens. */
  for (guint i = 0; i < self->calls->len; i++)
    {
      Call *other = g_ptr_array_index (self->calls, i);

      if (other != call && other->opened && other->arguments->len == 0)
        complete (self, other, SG_MODEL_EVENT_TOOL_COMPLETE);
    }

  if (call->id == NULL)
    call->id = make_id (self);
  call->n_announced = self->n_opened++;
  call->opened = TRUE;
  emit (self, call, SG_MODEL_EVENT_TOOL_OPENED, NULL, 0);

  if (call->arguments->len > 0)
    emit (self, call, SG_MODEL_EVENT_TOOL_ARGUMENTS, call->arguments->str, call->arguments->len);
}

static gboolean
is_set (const char *text)
{
  return text != NULL && text[0] != '\0';
}

/* Servers number the calls, or give each an id, or only name the tool of each; some number all of them 0. */
static gboolean
belongs_to (Call              *call,
            const SgCallPiece *piece)
{
  if (piece->index >= 0 && call->server_index >= 0 && piece->index != call->server_index)
    return FALSE;

  if (is_set (piece->id) && call->id != NULL && strcmp (piece->id, call->id) != 0)
    return FALSE;

  if (piece->index < 0 && !is_set (piece->id) && is_set (piece->name) && call->name != NULL)
    return FALSE;

  return TRUE;
}

static Call *
find_call (SgCallAssembler   *self,
           const SgCallPiece *piece)
{
  Call *call;

  for (guint i = self->calls->len; i > 0; i--)
    {
      call = g_ptr_array_index (self->calls, i - 1);
      if (belongs_to (call, piece))
        return call;
    }

  if (self->calls->len >= SG_REPLY_CALLS_MAX)
    {
      self->overflowed = TRUE;
      return NULL;
    }

  call = g_new0 (Call, 1);
  call->server_index = piece->index;
  call->arguments = g_string_new (NULL);
  g_ptr_array_add (self->calls, call);

  return call;
}

static void
add_arguments (SgCallAssembler   *self,
               Call              *call,
               const SgCallPiece *piece)
{
  gsize length;
  const char *text;

  if (piece->length == 0 || call->completed)
    return;

  text = sg_utf8_joiner_push (&call->joiner, piece->arguments, piece->length, self->scratch, &length);
  if (length == 0)
    return;

  follow_brackets (call, text, length);
  g_string_append_len (call->arguments, text, length);
  if (call->opened)
    emit (self, call, SG_MODEL_EVENT_TOOL_ARGUMENTS, text, length);
}

/**
 * sg_call_assembler_add:
 * @piece: what a chunk brought; its arguments end with a NUL
 *
 * Takes a piece of a call.
 *
 * Returns: %FALSE where there are more calls than any model makes
 */
gboolean
sg_call_assembler_add (SgCallAssembler   *self,
                       const SgCallPiece *piece)
{
  Call *call = find_call (self, piece);

  if (call == NULL)
    return FALSE;

  if (call->id == NULL && is_set (piece->id))
    call->id = g_strdup (piece->id);

  if (call->name == NULL && is_set (piece->name))
    call->name = g_strdup (piece->name);

  if (!call->opened && call->name != NULL)
    open_call (self, call);

  add_arguments (self, call, piece);
  if (call->whole)
    complete (self, call, SG_MODEL_EVENT_TOOL_COMPLETE);

  return TRUE;
}

/**
 * sg_call_assembler_get_n:
 *
 * Returns: how many calls have opened
 */
guint
sg_call_assembler_get_n (SgCallAssembler *self)
{
  return self->n_opened;
}

/**
 * sg_call_assembler_get_n_nameless:
 *
 * Returns: how many calls never said which tool they mean
 */
guint
sg_call_assembler_get_n_nameless (SgCallAssembler *self)
{
  return self->calls->len - self->n_opened;
}

/**
 * sg_call_assembler_get_overflowed:
 *
 * Returns: whether there were more calls than any model makes, which were left out
 */
gboolean
sg_call_assembler_get_overflowed (SgCallAssembler *self)
{
  return self->overflowed;
}

/**
 * sg_call_assembler_finish:
 * @cut: whether the limit of tokens ended the reply
 *
 * Ends the reply: calls that are not whole are complete or cut now.
 */
void
sg_call_assembler_finish (SgCallAssembler *self,
                          gboolean         cut)
{
  for (guint i = 0; i < self->calls->len; i++)
    complete (self, g_ptr_array_index (self->calls, i),
              cut ? SG_MODEL_EVENT_TOOL_CUT : SG_MODEL_EVENT_TOOL_COMPLETE);
}
