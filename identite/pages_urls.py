from identite import pages

app_name = "page"
urlpatterns = pages.urlpatterns()
