# The derivation of a .drv that is in the store: instantiating it evaluates nothing and lets --add-root add a GC root.
{ drvPath }: import drvPath
