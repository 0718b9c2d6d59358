/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/sg-wrap-layout.h"

struct _SgWrapLayout
{
  GtkLayoutManager parent_instance;

  int spacing;
};

G_DEFINE_FINAL_TYPE (SgWrapLayout, sg_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkWidget *
next_visible (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static int
get_width (GtkWidget *child,
           int        available)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  return MAX (minimum, MIN (natural, available));
}

static int
get_height (GtkWidget *child,
            int        width)
{
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
  return natural;
}

static void
place (GtkWidget *child,
       GtkWidget *parent,
       int        parent_width,
       int        x,
       int        y,
       int        width,
       int        height)
{
  GtkAllocation allocation = { x, y, width, height };

  if (gtk_widget_get_direction (parent) == GTK_TEXT_DIR_RTL)
    allocation.x = parent_width - x - width;
  gtk_widget_size_allocate (child, &allocation, -1);
}

/* Goes through the lines; places the children where @allocate is set.  Returns the height of all lines. */
static int
lay_out (SgWrapLayout *self,
         GtkWidget    *widget,
         int           available,
         gboolean      allocate)
{
  GtkWidget *child = next_visible (gtk_widget_get_first_child (widget));
  int y = 0;

  while (child != NULL)
    {
      GtkWidget *first = child;
      int x = 0, line = 0;

      for (; child != NULL; child = next_visible (gtk_widget_get_next_sibling (child)))
        {
          int width = get_width (child, available);

          if (child != first && x + width > available)
            break;
          line = MAX (line, get_height (child, width));
          x += width + self->spacing;
        }

      x = 0;
      for (GtkWidget *c = first; allocate && c != child;
           c = next_visible (gtk_widget_get_next_sibling (c)))
        {
          int width = get_width (c, available);

          place (c, widget, available, x, y, width, line);
          x += width + self->spacing;
        }
      y += line + (child != NULL ? self->spacing : 0);
    }
  return y;
}

static GtkSizeRequestMode
sg_wrap_layout_get_request_mode (GtkLayoutManager *manager,
                                 GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
sg_wrap_layout_measure (GtkLayoutManager *manager,
                        GtkWidget        *widget,
                        GtkOrientation    orientation,
                        int               for_size,
                        int              *minimum,
                        int              *natural,
                        int              *minimum_baseline,
                        int              *natural_baseline)
{
  SgWrapLayout *self = SG_WRAP_LAYOUT (manager);
  int least = 0, most = 0;

  for (GtkWidget *child = next_visible (gtk_widget_get_first_child (widget)); child != NULL;
       child = next_visible (gtk_widget_get_next_sibling (child)))
    {
      int child_minimum, child_natural;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural,
                          NULL, NULL);
      least = MAX (least, child_minimum);
      most += child_natural + (most > 0 ? self->spacing : 0);
    }
  if (orientation == GTK_ORIENTATION_VERTICAL)
    least = most = lay_out (self, widget, for_size < 0 ? most : MAX (for_size, least), FALSE);

  *minimum = least;
  *natural = most;
}

static void
sg_wrap_layout_allocate (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         int               width,
                         int               height,
                         int               baseline)
{
  lay_out (SG_WRAP_LAYOUT (manager), widget, width, TRUE);
}

static void
sg_wrap_layout_class_init (SgWrapLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = sg_wrap_layout_get_request_mode;
  layout_class->measure = sg_wrap_layout_measure;
  layout_class->allocate = sg_wrap_layout_allocate;
}

static void
sg_wrap_layout_init (SgWrapLayout *self)
{
}

/**
 * sg_wrap_layout_new:
 * @spacing: pixels between widgets and between lines
 *
 * Returns: (transfer full): a layout
 */
GtkLayoutManager *
sg_wrap_layout_new (int spacing)
{
  SgWrapLayout *self = g_object_new (SG_TYPE_WRAP_LAYOUT, NULL);

  self->spacing = spacing;
  return GTK_LAYOUT_MANAGER (self);
}
