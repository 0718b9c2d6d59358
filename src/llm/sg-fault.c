/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is done about an error, and how it is put into words. */

#include "config.h"

#include "llm/sg-fault.h"

#include <glib/gi18n-lib.h>

#include "llm/sg-model-error.h"

static SgBreakerOutcome
outcome_of_status (int status)
{
  /* A request that is refused says that the server is well. */
  return status >= 400 && status < 500 ? SG_BREAKER_NEITHER : SG_BREAKER_FAILURE;
}

/**
 * sg_fault_read:
 * @fault: (out): what it means
 * @error: an error of a model, of before its first word
 *
 * Finds out what is to be done about an error.
 */
void
sg_fault_read (SgFault      *fault,
               const GError *error)
{
  *fault = (SgFault) {
    .name = sg_model_error_get_name (error),
    .outcome = SG_BREAKER_NEITHER,
    .retry_after_us = -1,
  };

  if (error->domain != SG_MODEL_ERROR)
    return;

  fault->status = sg_model_error_get_status (error);
  fault->retry_after_us = sg_model_error_get_retry_after (error);

  switch (error->code)
    {
    case SG_MODEL_ERROR_CONNECT:
      fault->again = !sg_model_error_is_lasting (error);
      fault->elsewhere = TRUE;
      fault->outcome = SG_BREAKER_FAILURE;
      break;

    case SG_MODEL_ERROR_BUSY:
    case SG_MODEL_ERROR_SERVER:
    case SG_MODEL_ERROR_CUT_OFF:
      fault->again = fault->elsewhere = TRUE;
      fault->outcome = outcome_of_status (fault->status);
      break;

    case SG_MODEL_ERROR_LOADING:
      fault->loading = fault->again = fault->elsewhere = TRUE;
      break;

    /* It has cost minutes already, and would again. */
    case SG_MODEL_ERROR_SILENT:
      fault->elsewhere = TRUE;
      fault->outcome = SG_BREAKER_FAILURE;
      break;

    default:
      break;
    }
}

static int
seconds (gint64 wait_us)
{
  return (int) ((wait_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/**
 * sg_fault_dup_sentence:
 * @wait_us: how long it is waited, in microseconds
 * @attempt: which try failed, from 1
 * @n_attempts: how many there will be at most
 *
 * Returns: (transfer full): what the thinking line says while it is waited for the next try
 */
char *
sg_fault_dup_sentence (const SgFault *fault,
                       gint64         wait_us,
                       guint          attempt,
                       guint          n_attempts)
{
  if (fault->loading)
    /* Translators: %d is a number of seconds */
    return g_strdup_printf (_("The server is still loading its model; asking again in %d s"), seconds (wait_us));

  if (fault->retry_after_us >= 0)
    return g_strdup_printf (_("The server asks to wait %d s"), seconds (wait_us));

  if (g_str_equal (fault->name, "busy"))
    /* Translators: seconds, the number of the try, and how many there are at most */
    return g_strdup_printf (_("The server is too busy; trying again in %d s (%u of %u)"), seconds (wait_us),
                            attempt, n_attempts - 1);

  if (g_str_equal (fault->name, "connect"))
    return g_strdup_printf (_("The server does not answer; trying again in %d s (%u of %u)"), seconds (wait_us),
                            attempt, n_attempts - 1);

  return g_strdup_printf (_("The server has failed; trying again in %d s (%u of %u)"), seconds (wait_us), attempt,
                          n_attempts - 1);
}

/**
 * sg_gate_reason_dup_sentence:
 * @reason: why a call waits
 * @wait_us: how long, in microseconds, or 0 where it is not known
 *
 * Returns: (transfer full): what the thinking line says
 */
char *
sg_gate_reason_dup_sentence (SgGateReason reason,
                             gint64       wait_us)
{
  switch (reason)
    {
    case SG_GATE_REQUESTS:
      return g_strdup_printf (_("As many requests as the server allows a minute have been made; the next one in %d s"),
                              seconds (wait_us));

    case SG_GATE_TOKENS:
      return g_strdup_printf (_("As many tokens as the server allows a minute are used up; going on in %d s"),
                              seconds (wait_us));

    case SG_GATE_PAUSE:
      return g_strdup_printf (_("The server asks to wait %d s"), seconds (wait_us));

    case SG_GATE_SLOT:
    default:
      return g_strdup (_("Waiting for the model to end what it is at"));
    }
}

/**
 * sg_gate_reason_to_string:
 * @reason: why a call waits
 *
 * Returns: its name, as spans have it
 */
const char *
sg_gate_reason_to_string (SgGateReason reason)
{
  static const char *const names[] = {
    [SG_GATE_SLOT] = "slot",
    [SG_GATE_REQUESTS] = "requests",
    [SG_GATE_TOKENS] = "tokens",
    [SG_GATE_PAUSE] = "pause",
  };

  g_return_val_if_fail (reason < G_N_ELEMENTS (names), NULL);

  return names[reason];
}

/* The code of the error, and what it carries, stays; it is told more. */
static void
append_sentence (GError     *error,
                 const char *sentence)
{
  char *message = g_strconcat (error->message, " ", sentence, NULL);

  g_free (error->message);
  error->message = message;
}

/**
 * sg_fault_tell_attempts:
 * @error: what the last try came to
 * @n_attempts: how many there were
 *
 * Adds how often it was tried, where that was more than once.
 */
void
sg_fault_tell_attempts (GError *error,
                        guint   n_attempts)
{
  g_autofree char *sentence = NULL;

  if (n_attempts < 2)
    return;

  sentence = g_strdup_printf (ngettext ("(It was tried %u time.)", "(It was tried %u times.)", n_attempts), n_attempts);
  append_sentence (error, sentence);
}

/**
 * sg_fault_tell_long_wait:
 * @error: a refusal
 * @wait_us: how long the server wants not to be asked, which is too long to wait for
 *
 * Adds when it can be tried again.
 */
void
sg_fault_tell_long_wait (GError *error,
                         gint64  wait_us)
{
  const gint64 minute = 60 * (gint64) G_USEC_PER_SEC;
  gint64 minutes = (wait_us + minute - 1) / minute;
  g_autofree char *sentence = NULL;

  if (minutes < 120)
    sentence = g_strdup_printf (ngettext ("It asks not to be asked again for %d minute.",
                                          "It asks not to be asked again for %d minutes.", (gulong) minutes),
                                (int) minutes);
  else
    sentence = g_strdup_printf (ngettext ("It asks not to be asked again for %d hour.",
                                          "It asks not to be asked again for %d hours.", (gulong) ((minutes + 59) / 60)),
                                (int) ((minutes + 59) / 60));
  append_sentence (error, sentence);
}

/**
 * sg_fault_tell_fallback:
 * @error: why the first server did not answer
 * @of_fallback: why the other one did not either
 *
 * Adds that the fallback was asked in vain.
 */
void
sg_fault_tell_fallback (GError       *error,
                        const GError *of_fallback)
{
  g_autofree char *sentence = NULL;

  /* Translators: %s is a sentence, or two */
  sentence = g_strdup_printf (_("The fallback server did not answer either: %s"), of_fallback->message);
  append_sentence (error, sentence);
}

/**
 * sg_fault_make_paused:
 * @server: (nullable): the address of the server, as messages name it
 * @wait_us: when it will be asked again, in microseconds
 *
 * Returns: (transfer full): an %SG_MODEL_ERROR_PAUSED
 */
GError *
sg_fault_make_paused (const char *server,
                      gint64      wait_us)
{
  return g_error_new (SG_MODEL_ERROR, SG_MODEL_ERROR_PAUSED,
                      _("The server at %s has failed again and again, and is left alone for another %d s."),
                      server != NULL ? server : "—", MAX (1, seconds (wait_us)));
}
