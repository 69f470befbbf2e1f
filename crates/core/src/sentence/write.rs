use super::*; pub fn write(){} pub fn write_condition(){}
