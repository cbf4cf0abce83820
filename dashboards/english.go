package main

var english = map[string]string{}
