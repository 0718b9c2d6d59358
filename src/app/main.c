/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "app/sg-application.h"
#include "sg-app-resources.h"

/* Version and help need no display; all else does, and says so in a sentence where there is none. */
static gboolean
needs_display (int    argc,
               char **argv)
{
  for (int i = 1; i < argc; i++)
    {
      if (g_str_equal (argv[i], "--version") || g_str_has_prefix (argv[i], "--help")
          || g_str_equal (argv[i], "-h"))
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, APPLICATION_ID, TRUE);
  return schema != NULL;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (SgApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (needs_display (argc, argv))
    {
      if (!gtk_init_check ())
        {
          g_printerr ("%s\n", _("storyglass: There is no display here to open a window on; "
                                "storyglass-cli plays on the terminal."));
          return 1;
        }
      if (!has_settings ())
        {
          g_printerr ("%s\n", _("storyglass: The settings schema is missing; the program is not "
                                "installed as it should be."));
          return 1;
        }
    }

  g_set_application_name ("Storyglass");
  sg_app_register_resource ();
  application = sg_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
