/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "runner-fixture.h"

#include "tools/sg-tool-json.h"
#include "tools/sg-tool-pool.h"
#include "tools/sg-tool-text.h"

/* How often a probe has worked; calls that were answered otherwise do not count. */
static guint n_runs;

static char **
probe_dup_keys (SgTool     *tool,
                JsonObject *arguments)
{
  const char *key = sg_tool_get_string (arguments, "key");
  char **keys;

  if (json_object_get_boolean_member_with_default (arguments, "unknown", FALSE))
    return NULL;

  keys = g_new0 (char *, 2);
  if (key != NULL)
    keys[0] = g_strconcat ("state:", key, NULL);

  return keys;
}

/* Does to the world what the arguments say. */
static JsonNode *
probe_work (SgTool         *tool,
            SgToolContext  *context,
            const char     *call,
            JsonObject     *arguments,
            GError        **error)
{
  SgWorld *world = sg_tool_context_get_world (context);
  const char *key = sg_tool_get_string (arguments, "key");
  const char *append = sg_tool_get_string (arguments, "append");
  JsonNode *value = json_object_get_member (arguments, "value");
  JsonObject *result;

  if (sg_tool_get_access (tool) == SG_TOOL_WRITES && key != NULL)
    {
      if (append != NULL)
        {
          const char *old = sg_world_get_string (world, key, "v");
          g_autofree char *text = g_strconcat (old != NULL ? old : "", append, NULL);

          sg_world_set_string (world, key, "v", text);
        }
      else if (value != NULL)
        sg_world_set (world, key, "v", json_node_copy (value), call);
    }

  /* Only now, so that a write that fails has written. */
  if (json_object_get_boolean_member_with_default (arguments, "fail", FALSE)
      || n_runs <= sg_tool_get_int (arguments, "flaky", 0))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "It was not to be");
      return NULL;
    }

  if (key != NULL)
    value = sg_world_get (world, key, "v");

  result = json_object_new ();
  if (value != NULL)
    json_object_set_member (result, "value", json_node_copy (value));
  if (key != NULL)
    json_object_set_string_member (result, "name", key);

  return sg_tool_json_take_object (result);
}

static JsonNode *
probe_run (SgTool         *tool,
           SgToolContext  *context,
           const char     *call,
           JsonObject     *arguments,
           GError        **error)
{
  n_runs++;

  return probe_work (tool, context, call, arguments, error);
}

typedef struct
{
  SgToolContext *context;
  JsonObject    *arguments;
  char          *call;
} Probe;

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  g_clear_object (&probe->context);
  json_object_unref (probe->arguments);
  g_free (probe->call);
  g_free (probe);
}

static gboolean
probe_timeout_cb (gpointer user_data)
{
  GTask *task = user_data;
  Probe *probe = g_task_get_task_data (task);
  SgTool *tool = g_task_get_source_object (task);
  GError *error = NULL;
  JsonNode *node;

  if (!json_object_get_boolean_member_with_default (probe->arguments, "stubborn", FALSE)
      && g_task_return_error_if_cancelled (task))
    return G_SOURCE_REMOVE;

  node = probe_work (tool, probe->context, probe->call, probe->arguments, &error);
  if (node != NULL)
    g_task_return_pointer (task, node, (GDestroyNotify) json_node_unref);
  else
    g_task_return_error (task, error);

  return G_SOURCE_REMOVE;
}

static void
probe_compute (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  Probe *probe = task_data;
  JsonObject *result = json_object_new ();

  g_usleep (sg_tool_get_int (probe->arguments, "ms", 0) * 1000);
  json_object_set_string_member (result, "thread", "pool");
  g_task_return_pointer (task, sg_tool_json_take_object (result), (GDestroyNotify) json_node_unref);
}

static void
probe_run_async (SgTool              *tool,
                 SgToolContext       *context,
                 const char          *call,
                 JsonObject          *arguments,
                 GCancellable        *cancellable,
                 GAsyncReadyCallback  callback,
                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (tool, cancellable, callback, user_data);
  Probe *probe = g_new0 (Probe, 1);
  guint ms = (guint) sg_tool_get_int (arguments, "ms", 0);
  g_autoptr (GSource) source = NULL;

  n_runs++;
  probe->context = g_object_ref (context);
  probe->arguments = json_object_ref (arguments);
  probe->call = g_strdup (call);
  g_task_set_task_data (task, probe, probe_free);
  g_task_set_check_cancellable (task, FALSE);

  if (json_object_get_boolean_member_with_default (arguments, "compute", FALSE))
    {
      sg_tool_pool_run (task, probe_compute);
      return;
    }

  /* On a machine that is late several are due at once: the shorter ends before the longer all the same. */
  source = ms > 0 ? g_timeout_source_new (ms) : g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT - 100 + (int) MIN (ms, 100));
  g_source_set_callback (source, probe_timeout_cb, g_object_ref (task), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static JsonNode *
probe_run_finish (SgTool        *tool,
                  GAsyncResult  *result,
                  GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static JsonNode *
probe_fallback (SgTool        *tool,
                SgToolContext *context,
                JsonObject    *arguments)
{
  const char *key = sg_tool_get_string (arguments, "key");
  JsonObject *result;

  if (key == NULL)
    return NULL;

  result = json_object_new ();
  json_object_set_string_member (result, "instead", key);

  return sg_tool_json_take_object (result);
}

#define PROBE_SCHEMA \
  "{\"type\":\"object\",\"properties\":{" \
  "\"key\":{\"type\":\"string\"},\"ms\":{\"type\":\"integer\",\"minimum\":0}," \
  "\"value\":{},\"append\":{\"type\":\"string\"}," \
  "\"fail\":{\"type\":\"boolean\"},\"unknown\":{\"type\":\"boolean\"}," \
  "\"flaky\":{\"type\":\"integer\"}," \
  "\"compute\":{\"type\":\"boolean\"},\"stubborn\":{\"type\":\"boolean\"}}," \
  "\"additionalProperties\":false}"

#define DEFINE_PROBE(Type, type, tool_name, tool_access, timeout, is_instant, cache_rule) \
  typedef struct { SgTool parent_instance; } Type; \
  typedef struct { SgToolClass parent_class; } Type##Class; \
  static GType type##_get_type (void); \
  G_DEFINE_TYPE (Type, type, SG_TYPE_TOOL) \
  static void \
  type##_class_init (Type##Class *klass) \
  { \
    static const char *const key_arguments[] = { "key", "unknown", NULL }; \
    SgToolClass *tool_class = SG_TOOL_CLASS (klass); \
    tool_class->name = tool_name; \
    tool_class->description = "A probe"; \
    tool_class->schema = PROBE_SCHEMA; \
    tool_class->access = tool_access; \
    tool_class->timeout_ms = timeout; \
    tool_class->cache = cache_rule; \
    tool_class->fallback = timeout == 20 ? probe_fallback : NULL; \
    tool_class->key_arguments = key_arguments; \
    tool_class->dup_keys = probe_dup_keys; \
    tool_class->run = is_instant ? probe_run : NULL; \
    tool_class->run_async = probe_run_async; \
    tool_class->run_finish = probe_run_finish; \
  } \
  static void type##_init (Type *self) { }

DEFINE_PROBE (ProbeRead, probe_read, "probe_read", SG_TOOL_READS, 5000, FALSE, SG_TOOL_CACHE_DEFAULT)
DEFINE_PROBE (ProbeWrite, probe_write, "probe_write", SG_TOOL_WRITES, 5000, FALSE, SG_TOOL_CACHE_DEFAULT)
DEFINE_PROBE (HastyRead, hasty_read, "hasty_read", SG_TOOL_READS, 20, FALSE, SG_TOOL_CACHE_DEFAULT)
DEFINE_PROBE (HastyWrite, hasty_write, "hasty_write", SG_TOOL_WRITES, 20, FALSE, SG_TOOL_CACHE_DEFAULT)
DEFINE_PROBE (InstantRead, instant_read, "instant_read", SG_TOOL_READS, 5000, TRUE, SG_TOOL_CACHE_DEFAULT)
DEFINE_PROBE (InstantWrite, instant_write, "instant_write", SG_TOOL_WRITES, 5000, TRUE, SG_TOOL_CACHE_DEFAULT)
DEFINE_PROBE (OnceWrite, once_write, "once_write", SG_TOOL_WRITES, 5000, FALSE, SG_TOOL_CACHE_TURN)
DEFINE_PROBE (KeptRead, kept_read, "kept_read", SG_TOOL_READS, 5000, FALSE, SG_TOOL_CACHE_KEYS)
DEFINE_PROBE (Noop, noop, "noop", SG_TOOL_READS, 5000, TRUE, SG_TOOL_CACHE_NEVER)

static void
call_started_cb (SgToolRunner  *runner,
                 SgToolCall    *call,
                 RunnerFixture *self)
{
  g_assert_cmpint (call->status, ==, SG_TOOL_CALL_RUNNING);
  g_string_append_printf (self->log, "%s+%u", self->log->len > 0 ? " " : "", call->position + 1);
  self->n_running++;
  self->most_running = MAX (self->most_running, self->n_running);
}

static void
call_finished_cb (SgToolRunner  *runner,
                  SgToolCall    *call,
                  RunnerFixture *self)
{
  g_assert_cmpint (call->status, >, SG_TOOL_CALL_RUNNING);
  g_assert_nonnull (call->result);
  g_string_append_printf (self->log, "%s-%u", self->log->len > 0 ? " " : "", call->position + 1);
  if (call->begin_us > 0)
    self->n_running--;
}

/* A fresh turn above the same base. */
void
runner_fixture_renew (RunnerFixture *self)
{
  g_clear_object (&self->runner);
  g_clear_object (&self->context);
  g_clear_object (&self->world);
  g_clear_object (&self->trace);

  self->world = sg_world_new_overlay (self->base);
  self->context = sg_tool_context_new (self->world, NULL, NULL, 7);
  self->trace = sg_trace_new ();
  self->runner = sg_tool_runner_new (self->catalog, self->context, self->trace, 0);
  g_string_truncate (self->log, 0);
  self->n_running = self->most_running = 0;
  g_signal_connect (self->runner, "call-started", G_CALLBACK (call_started_cb), self);
  g_signal_connect (self->runner, "call-finished", G_CALLBACK (call_finished_cb), self);
}

void
runner_fixture_set_up (RunnerFixture *self,
                       gconstpointer  data)
{
  const GType types[] = {
    probe_read_get_type (), probe_write_get_type (), hasty_read_get_type (), hasty_write_get_type (),
    instant_read_get_type (), instant_write_get_type (), once_write_get_type (),
    kept_read_get_type (), noop_get_type (),
  };

  n_runs = 0;
  self->log = g_string_new (NULL);
  self->base = sg_world_new ();
  self->catalog = sg_tool_catalog_new ();
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (SgTool) tool = g_object_new (types[i], NULL);

      sg_tool_catalog_add (self->catalog, tool);
    }

  runner_fixture_renew (self);
}

void
runner_fixture_tear_down (RunnerFixture *self,
                          gconstpointer  data)
{
  if (self->runner != NULL)
    g_assert_finalize_object (self->runner);

  /* What runs on although it was cancelled lets go of the rest in its own time. */
  g_clear_object (&self->context);
  g_clear_object (&self->trace);
  g_clear_object (&self->world);
  g_clear_object (&self->catalog);
  g_clear_object (&self->base);
  g_string_free (self->log, TRUE);
}

/* Adds a call; single quotes stand for double ones. */
const SgToolCall *
runner_fixture_add (RunnerFixture *self,
                    const char    *name,
                    const char    *format,
                    ...)
{
  g_autofree char *arguments = NULL;
  va_list args;

  va_start (args, format);
  arguments = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (arguments, "'", '"');

  return sg_tool_runner_add (self->runner, NULL, name, arguments);
}

static void
wait_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;

  g_assert_true (sg_tool_runner_wait_finish (SG_TOOL_RUNNER (source), result, &error));
  g_assert_no_error (error);
  *done = TRUE;
}

void
runner_fixture_wait (RunnerFixture *self)
{
  gboolean done = FALSE;

  sg_tool_runner_wait_async (self->runner, NULL, wait_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
sleep_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* Lets the main loop run for a while. */
void
runner_fixture_sleep (guint ms)
{
  gboolean done = FALSE;

  g_timeout_add (ms, sleep_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

guint
runner_fixture_get_n_runs (void)
{
  return n_runs;
}
