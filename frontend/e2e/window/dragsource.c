/* dragsource URI…: a window at the lower right whose button drags these URIs, as a file manager does. */
#include <gtk/gtk.h>

static void give_uris(GtkWidget *widget, GdkDragContext *context, GtkSelectionData *data, guint info, guint time, gpointer uris) {
  (void)widget;
  (void)context;
  (void)info;
  (void)time;
  gtk_selection_data_set_uris(data, uris);
}

int main(int argc, char **argv) {
  gtk_init(&argc, &argv);
  GtkWidget *window = gtk_window_new(GTK_WINDOW_TOPLEVEL);
  GtkWidget *button = gtk_button_new_with_label("Drag me");
  GtkTargetEntry target = {"text/uri-list", 0, 0};
  gtk_window_set_title(GTK_WINDOW(window), "dragsource");
  gtk_window_set_keep_above(GTK_WINDOW(window), TRUE);
  gtk_window_set_default_size(GTK_WINDOW(window), 160, 100);
  gtk_container_add(GTK_CONTAINER(window), button);
  gtk_drag_source_set(button, GDK_BUTTON1_MASK, &target, 1, GDK_ACTION_COPY);
  g_signal_connect(button, "drag-data-get", G_CALLBACK(give_uris), argv + 1);
  g_signal_connect(window, "destroy", G_CALLBACK(gtk_main_quit), NULL);
  gtk_widget_show_all(window);
  gtk_main();
  return 0;
}
