"""The tests mirror the apps; behaviour is tested as the app's database role."""
